package io.github.dockerimageexporter.check.containerd;

import io.github.dockerimageexporter.check.Check;
import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.check.ContainerdProblem;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Allocated;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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
          (store, context) -> mismatches(store, context.evidence()),
          (store, evidence, _) ->
              Compared.of(store, evidence).isForeign()
                  ? Stream.of(Kind.LAYER_SIZE_MISMATCH)
                  : Stream.empty());

  private SnapshotSizes() {}

  private static Stream<Problem> mismatches(ContainerdSnapshot store, LayerEvidence evidence) {
    Compared compared = Compared.of(store, evidence);
    return compared.isForeign()
        ? Stream.empty()
        : compared.different().stream()
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

  /// The layers whose directories are measured, and those among them that differ.
  private record Compared(int measured, List<Layer> different) {
    static Compared of(ContainerdSnapshot store, LayerEvidence evidence) {
      int measured = 0;
      var different = new ArrayList<Layer>();
      for (Layer layer : store.layers().values()) {
        Optional<Allocated> allocated = evidence.allocated(layer.chainId());
        if (allocated.isPresent()) {
          measured++;
          if (differs(layer, allocated.get())) {
            different.add(layer);
          }
        }
      }
      return new Compared(measured, different);
    }

    private static boolean differs(Layer layer, Allocated measured) {
      return Math.abs(measured.bytes() - layer.sizeBytes()) > BLOCK_BYTES * measured.inodes();
    }

    /// Whether the store comes from another file system.
    boolean isForeign() {
      return 2 * different.size() > measured;
    }
  }
}
