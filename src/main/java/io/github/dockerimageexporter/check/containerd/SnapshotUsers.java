package io.github.dockerimageexporter.check.containerd;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import java.util.Set;

/// Who needs a snapshot that something is wrong with.
///
/// @param containers the IDs of those that are there
record SnapshotUsers(ReferenceGraph graph, Set<String> containers) {

  static SnapshotUsers of(ContainerdSnapshot store) {
    return new SnapshotUsers(
        store.graph(), store.containers().stream().map(Container::id).collect(toSet()));
  }

  /// Whether a container is all that it is needed for, and so has its problem.
  boolean isOfContainerAlone(String key) {
    return containers.contains(ContainerdSnapshot.containerOf(key))
        && !holdersOf(key).contains(Holder.IMAGE);
  }

  /// Whether it is a step of the classic builder, whose keys are like those of containers but whose
  /// leases are not, and nothing else needs it.
  ///
  /// Source: moby, `daemon/containerd/image_builder.go`.
  boolean isOfClassicBuilderAlone(String key) {
    return Digest.isHex(key) && holdersOf(key).equals(Set.of(Holder.LEASE));
  }

  /// Whether anything needs it; what nothing does is being removed.
  boolean isKept(String key) {
    return !holdersOf(key).isEmpty();
  }

  private Set<Holder> holdersOf(String key) {
    return graph.holdersOf(new Node.Snapshot(key));
  }
}
