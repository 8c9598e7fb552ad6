package io.github.dockerimageexporter.repair.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The containers that stay on the old copies of layers that are unpacked again.
final class LeftContainers {
  private final ContainerdSnapshot store;
  private final Set<String> layers = new HashSet<>();

  LeftContainers(ContainerdSnapshot store) {
    this.store = store;
  }

  void unpackAgain(ChainId layer) {
    layers.add(layer.toString());
  }

  /// What is to be known of them before the plan is run, if there are any.
  Optional<String> loss() {
    List<String> names =
        store.containers().stream()
            .filter(container -> standsOnAny(container.id()))
            .map(LeftContainers::name)
            .toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "These containers stay on the old copy of their layers: %s. Once the plan has run, copy"
                    .formatted(Quote.names(names))
                + " what they wrote (docker cp), remove them and create them again; until then,"
                + " check reports their snapshots (snapshot_parent_mismatch).");
  }

  private static String name(Container container) {
    return container.name().isEmpty() ? container.id() : container.name();
  }

  /// Its record or that of a snapshot below it names the layer; parents may form a cycle.
  private boolean standsOnAny(String container) {
    var seen = new HashSet<String>();
    Optional<String> key = Optional.of(container);
    while (key.isPresent() && seen.add(key.get())) {
      if (layers.contains(key.get())) {
        return true;
      }
      key = Optional.ofNullable(store.snapshots().get(key.get())).flatMap(SnapshotRecord::parent);
    }
    return false;
  }
}
