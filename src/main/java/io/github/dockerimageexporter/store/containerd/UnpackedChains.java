package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which chains of layers are unpacked in a namespace, or should be.
///
/// @param snapshotter the store's own
/// @param snapshots the keys of every snapshotter
/// @param run the manifests that containers of the snapshotter run
record UnpackedChains(
    String snapshotter, Map<String, Map<String, SnapshotEntry>> snapshots, Set<Digest> run) {

  /// Whether some snapshotter has a layer.
  boolean has(ChainId layer) {
    String key = layer.toString();
    return snapshots.values().stream().anyMatch(keys -> keys.containsKey(key));
  }

  /// The top of a chain of which the snapshotter has all layers.
  Optional<Node> top(List<ChainId> chain) {
    return !chain.isEmpty() && hasAll(chain)
        ? Optional.of(new Node.Snapshot(chain.getLast().toString()))
        : Optional.empty();
  }

  private boolean hasAll(List<ChainId> chain) {
    Map<String, SnapshotEntry> own = snapshots.getOrDefault(snapshotter, Map.of());
    return chain.stream().allMatch(layer -> own.containsKey(layer.toString()));
  }

  /// Whether the snapshotter has all layers of a chain; or something says that it had: a label of
  /// the configuration, or a container.
  boolean isExpected(List<ChainId> chain, Digest manifest, Collection<SnapshotKey> labels) {
    return hasAll(chain)
        || isRun(manifest)
        || labels.stream().anyMatch(label -> label.snapshotter().equals(snapshotter));
  }

  /// Whether a container runs a manifest.
  boolean isRun(Digest manifest) {
    return run.contains(manifest);
  }
}
