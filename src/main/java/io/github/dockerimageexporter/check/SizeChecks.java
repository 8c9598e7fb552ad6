package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerFigures;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.model.TarSplit;
import java.util.Set;
import java.util.stream.Stream;

/// Each layer's recorded size and tar-split record, held against what was measured and read.
///
/// | layer from                                    | recorded size                         |
/// |-----------------------------------------------|---------------------------------------|
/// | pull, load, import, commit, classic builder   | the lengths of the directory's files  |
/// | BuildKit; a driver that compares whole trees  | the lengths that the tar-split has    |
///
/// Either is legal anywhere, since a layer does not say where it comes from. No comparison is made
/// where a layer's files are not what they seem: a directory that the kernel has moved, or a file
/// of which it has copied the metadata alone.
///
/// Source: moby, `daemon/internal/layer/layer_store.go` (applyTar, RegisterByGraphID),
/// `daemon/internal/directory/directory_unix.go`.
public final class SizeChecks {
  /// Those whose directories hold one layer's own files.
  private static final Set<String> OWN_CONTENT = Set.of("overlay2", "fuse-overlayfs", "aufs");

  private SizeChecks() {}

  static Stream<Problem> tarSplits(StoreSnapshot store, LayerFigures figures) {
    return isPlugin(store.layout().graphDriver())
        ? Stream.empty()
        : store.layers().keySet().stream().flatMap(layer -> tarSplit(layer, store, figures));
  }

  private static Stream<Problem> tarSplit(
      ChainId layer, StoreSnapshot store, LayerFigures figures) {
    String path = store.layout().layer(layer) + "/tar-split.json.gz";
    if (!store.tarSplits().containsKey(layer)) {
      return Stream.of(new Problem.TarSplitInvalid(layer, path, "missing"));
    }
    return figures.tarSplit(layer).stream()
        .flatMap(
            tarSplit ->
                switch (tarSplit) {
                  case TarSplit.Valid _, TarSplit.Unknown _ -> Stream.empty();
                  case TarSplit.Invalid(String reason) ->
                      Stream.of(new Problem.TarSplitInvalid(layer, path, reason));
                });
  }

  static Stream<Problem> sizes(StoreSnapshot store, LayerFigures figures) {
    return disputed(store, figures)
        .filter(layer -> figures.plain().contains(layer.chainId()))
        .map(
            layer ->
                new Problem.LayerSizeMismatch(
                    layer.chainId(),
                    store.layout().layer(layer.chainId()) + "/size",
                    layer.sizeBytes(),
                    figures.contentBytes().getOrDefault(layer.chainId(), 0L),
                    tarSplitBytes(layer, figures)));
  }

  /// The layers whose recorded size is neither of the two, as far as both are known.
  public static Stream<Layer> disputed(StoreSnapshot store, LayerFigures figures) {
    return OWN_CONTENT.contains(store.layout().graphDriver())
        ? store.layers().values().stream().filter(layer -> isDisputed(layer, figures))
        : Stream.empty();
  }

  private static boolean isDisputed(Layer layer, LayerFigures figures) {
    Long measured = figures.contentBytes().get(layer.chainId());
    return measured != null
        && measured != layer.sizeBytes()
        && figures.tarSplit(layer.chainId()).filter(TarSplit.Valid.class::isInstance).isPresent()
        && tarSplitBytes(layer, figures) != layer.sizeBytes();
  }

  private static long tarSplitBytes(Layer layer, LayerFigures figures) {
    return figures
        .tarSplit(layer.chainId())
        .map(
            tarSplit ->
                switch (tarSplit) {
                  case TarSplit.Valid(long sizeBytes) -> sizeBytes;
                  case TarSplit.Invalid _, TarSplit.Unknown _ -> 0L;
                })
        .orElse(0L);
  }

  /// A driver of an old plugin; those could restore a tar without the record.
  private static boolean isPlugin(String graphDriver) {
    return graphDriver.indexOf(':') >= 0;
  }
}
