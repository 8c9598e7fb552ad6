package io.github.dockerimageexporter.check.graphdriver;

import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.TarSplit;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
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

  public static Stream<Problem> tarSplits(StoreSnapshot store, LayerEvidence figures) {
    var problems = new ArrayList<Problem>();
    if (!isPlugin(store.layout().graphDriver())) {
      for (ChainId layer : store.layers().keySet()) {
        Optional<String> reason = invalidTarSplit(layer, store, figures);
        if (reason.isPresent()) {
          problems.add(
              new Problem.TarSplitInvalid(layer, store.layout().tarSplit(layer), reason.get()));
        }
      }
    }
    return problems.stream();
  }

  private static Optional<String> invalidTarSplit(
      ChainId layer, StoreSnapshot store, LayerEvidence figures) {
    if (!store.tarSplits().containsKey(layer)) {
      return Optional.of("missing");
    }
    return figures
        .tarSplit(layer)
        .flatMap(
            tarSplit ->
                switch (tarSplit) {
                  case TarSplit.Valid _, TarSplit.Unknown _ -> Optional.empty();
                  case TarSplit.Invalid(String reason) -> Optional.of(reason);
                });
  }

  public static Stream<Problem> sizes(StoreSnapshot store, LayerEvidence figures) {
    return disputed(store, figures)
        .filter(layer -> figures.isConfirmed(layer.chainId()))
        .map(
            layer ->
                new Problem.LayerSizeMismatch(
                    layer.chainId(),
                    store.layout().layer(layer.chainId()) + "/size",
                    layer.sizeBytes(),
                    figures.contentBytes(layer.chainId()).orElse(0),
                    tarSplitBytes(layer, figures)));
  }

  /// The layers whose recorded size is neither of the two, as far as both are known.
  public static Stream<Layer> disputed(StoreSnapshot store, LayerEvidence figures) {
    return OWN_CONTENT.contains(store.layout().graphDriver())
        ? store.layers().values().stream().filter(layer -> isDisputed(layer, figures))
        : Stream.empty();
  }

  private static boolean isDisputed(Layer layer, LayerEvidence figures) {
    OptionalLong measured = figures.contentBytes(layer.chainId());
    return measured.isPresent()
        && measured.getAsLong() != layer.sizeBytes()
        && figures.tarSplit(layer.chainId()).filter(TarSplit.Valid.class::isInstance).isPresent()
        && tarSplitBytes(layer, figures) != layer.sizeBytes();
  }

  private static long tarSplitBytes(Layer layer, LayerEvidence figures) {
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
