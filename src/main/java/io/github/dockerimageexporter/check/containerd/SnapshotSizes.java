package io.github.dockerimageexporter.check.containerd;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.ContainerdProblem;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.evidence.EvidenceMap;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Allocated;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Each snapshot's recorded size, held against what its directory takes on disk.
///
/// File systems round each file to blocks of their own size, so that as much as a block for each of
/// them is no difference. If most layers differ all the same, the store comes from another file
/// system, and its recorded sizes say nothing of single layers.
final class SnapshotSizes {
  private static final long BLOCK_BYTES = 4096;

  static final Check<ContainerdSnapshot> CHECK =
      new Check<>(
          ContainerdSnapshot.class,
          Scope.OBJECT,
          Basis.CONTENT,
          Map.of(Kind.LAYER_SIZE_MISMATCH, Set.of(Need.LAYERS, Need.DIRECTORIES)),
          SnapshotSizes::mismatches,
          (store, context, _) ->
              Compared.of(store, context).isForeign()
                  ? Stream.of(Kind.LAYER_SIZE_MISMATCH)
                  : Stream.empty());

  /// By layer whose directory is measured, whether its size is another.
  private static final Derivation<EvidenceMap<Boolean>> MEASURED =
      () -> new EvidenceMap<>(SnapshotSizes::differs);

  private static final Derivation<DerivedMap<ChainId, Boolean, Boolean>> DIFFERENT =
      () -> DerivedMap.where(Keys.CHAINS, differs -> differs);

  private SnapshotSizes() {}

  private static Stream<Problem> mismatches(ContainerdSnapshot store, CheckContext context) {
    LayerEvidence evidence = context.evidence();
    Compared compared = Compared.of(store, context);
    return compared.isForeign()
        ? Stream.empty()
        : compared.different().stream()
            .flatMap(layer -> Stream.ofNullable(store.layers().get(layer)))
            .filter(layer -> !isExplained(layer, evidence))
            .map(layer -> problem(layer.chainId(), layer.sizeBytes(), store, evidence));
  }

  /// Whether it is known which files differ.
  private static boolean isExplained(Layer layer, LayerEvidence evidence) {
    return evidence.verdict(layer.chainId()).orElse(null) instanceof Corrupt;
  }

  private static Problem problem(
      ChainId layer, long recorded, ContainerdSnapshot store, LayerEvidence evidence) {
    return new ContainerdProblem.SnapshotSizeMismatch(
        layer,
        store.layout().metadata(),
        recorded,
        evidence.allocated(layer).map(Allocated::bytes).orElse(0L));
  }

  /// Whether the directory of `layer` takes another size; null if it is not measured.
  private static @Nullable Boolean differs(Layer layer, LayerEvidence evidence) {
    return evidence
        .allocated(layer.chainId())
        .map(
            measured ->
                Math.abs(measured.bytes() - layer.sizeBytes()) > BLOCK_BYTES * measured.inodes())
        .orElse(null);
  }

  /// How many layers' directories are measured, and which of them differ.
  private record Compared(int measured, Set<ChainId> different) {
    static Compared of(ContainerdSnapshot store, CheckContext context) {
      PersistentMap<ChainId, Boolean> measured =
          context.derived(MEASURED).of(store.layers(), context.evidence());
      return new Compared(measured.size(), context.derived(DIFFERENT).of(measured).keySet());
    }

    /// Whether the store comes from another file system.
    boolean isForeign() {
      return 2 * different.size() > measured;
    }
  }
}
