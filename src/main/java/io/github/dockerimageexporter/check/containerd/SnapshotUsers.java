package io.github.dockerimageexporter.check.containerd;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import java.util.Map;
import java.util.Set;

/// Who needs a snapshot that something is wrong with. Made once something is, as it takes a walk
/// over all that is kept.
///
/// @param containers the IDs of those that are there
record SnapshotUsers(Map<Node, Set<Holder>> holders, Set<String> containers) {

  static SnapshotUsers of(ContainerdSnapshot store) {
    return new SnapshotUsers(
        store.graph().holders(), store.containers().stream().map(Container::id).collect(toSet()));
  }

  /// Whether a container is all that it is needed for, and so has its problem.
  boolean isOfContainerAlone(String key) {
    return containers.contains(ContainerdSnapshot.containerOf(key))
        && !holdersOf(key).contains(Holder.IMAGE);
  }

  /// Whether anything needs it; what nothing does is being removed.
  boolean isKept(String key) {
    return !holdersOf(key).isEmpty();
  }

  private Set<Holder> holdersOf(String key) {
    return holders.getOrDefault(new Node.Snapshot(key), Set.of());
  }
}
