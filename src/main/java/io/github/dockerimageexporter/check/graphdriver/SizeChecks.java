package io.github.dockerimageexporter.check.graphdriver;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.evidence.EvidenceMap;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.Difference;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Each layer's recorded size and tar-split record, held against what was measured and read.
///
/// | layer from                                    | recorded size                         |
/// |-----------------------------------------------|---------------------------------------|
/// | pull, load, import, commit, classic builder   | the lengths of the directory's files  |
/// | BuildKit; a driver that compares whole trees  | the lengths that the tar-split has    |
///
/// Either is legal anywhere, since a layer does not say where it comes from. No comparison is made
/// where a layer's files are not what they seem: a directory that the kernel has moved, or a file
/// of which it has copied the metadata alone; nor where it is known which files differ.
///
/// Source: moby, `daemon/internal/layer/layer_store.go` (applyTar, RegisterByGraphID),
/// `daemon/internal/directory/directory_unix.go`.
final class SizeChecks {
  static final Check<GraphDriverSnapshot> SIZES =
      Check.of(
          GraphDriverSnapshot.class,
          Scope.OBJECT,
          Basis.CONTENT,
          Map.of(Kind.LAYER_SIZE_MISMATCH, Set.of(Need.TAR_SPLITS, Need.DIRECTORIES)),
          SizeChecks::sizes);

  static final Check<GraphDriverSnapshot> TAR_SPLITS =
      Check.of(
          GraphDriverSnapshot.class,
          Scope.OBJECT,
          Basis.CONTENT,
          Map.of(Kind.TAR_SPLIT_INVALID, Set.of(Need.TAR_SPLITS)),
          SizeChecks::tarSplits);

  private static final Derivation<EvidenceMap<String>> INVALID =
      () -> new EvidenceMap<>(SizeChecks::whyInvalid);

  private static final Derivation<Difference<ChainId, Layer, TarSplitFile>> WITHOUT_RECORD =
      () -> new Difference<>(Keys.CHAINS);

  private static final Derivation<EvidenceMap<Layer>> WRONG_SIZES =
      () -> new EvidenceMap<>((layer, evidence) -> isWrong(layer, evidence) ? layer : null);

  private SizeChecks() {}

  static Stream<Problem> tarSplits(GraphDriverSnapshot store, CheckContext context) {
    if (isPlugin(store.layout().graphDriver())) {
      return Stream.empty();
    }
    var reasons =
        new TreeMap<ChainId, String>(
            context.derived(INVALID).of(store.layers(), context.evidence()));
    context
        .derived(WITHOUT_RECORD)
        .of(store.layers(), store.tarSplits())
        .keySet()
        .forEach(layer -> reasons.put(layer, "missing"));
    return reasons.entrySet().stream()
        .map(
            layer ->
                new Problem.TarSplitInvalid(
                    layer.getKey(), store.layout().tarSplit(layer.getKey()), layer.getValue()));
  }

  private static @Nullable String whyInvalid(Layer layer, LayerEvidence evidence) {
    return evidence.tarSplit(layer.chainId()).orElse(null) instanceof TarSplit.Invalid(var reason)
        ? reason
        : null;
  }

  static Stream<Problem> sizes(GraphDriverSnapshot store, CheckContext context) {
    LayerEvidence evidence = context.evidence();
    return context.derived(WRONG_SIZES).of(store.layers(), evidence).values().stream()
        .map(
            layer ->
                new Problem.LayerSizeMismatch(
                    layer.chainId(),
                    store.layout().layer(layer.chainId()) + "/size",
                    layer.sizeBytes(),
                    evidence.contentBytes(layer.chainId()).orElse(0),
                    evidence.tarSplitBytes(layer.chainId()).orElse(0)));
  }

  private static boolean isWrong(Layer layer, LayerEvidence evidence) {
    return evidence.disputesSizeOf(layer)
        && evidence.isConfirmed(layer.chainId())
        && !(evidence.verdict(layer.chainId()).orElse(null) instanceof Corrupt);
  }

  /// A driver of an old plugin; those could restore a tar without the record.
  private static boolean isPlugin(String graphDriver) {
    return graphDriver.indexOf(':') >= 0;
  }
}
