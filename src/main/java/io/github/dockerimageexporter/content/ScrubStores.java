package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.content.layer.LayerIndex;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What can be scrubbed of the stores of a data root, followed from scan to scan. For one thread.
final class ScrubStores {
  private final Optional<Set<Depth>> depths;
  private final LayerIndex index = new LayerIndex();
  private final Map<String, ScrubTargets> before = new HashMap<>();

  private ScrubStores(Optional<Set<Depth>> depths) {
    this.depths = depths;
  }

  /// All layers.
  static ScrubStores everyLayer() {
    return new ScrubStores(Optional.empty());
  }

  /// The layers that can be compared at any of `depths`, without reading more than that takes.
  static ScrubStores at(Set<Depth> depths) {
    return new ScrubStores(Optional.of(depths));
  }

  /// The stores of `seen` that have any.
  List<ScrubTargets> of(Observation seen) {
    List<StoreSnapshot> stores =
        seen.stores().stream().map(ObservedStore::store).filter(this::canBeScrubbed).toList();
    Set<String> names = stores.stream().map(StoreSnapshot::name).collect(toSet());
    before.keySet().retainAll(names);
    index.retain(names);
    List<ScrubTargets> all = new ArrayList<>();
    for (StoreSnapshot store : stores) {
      var targets =
          ScrubTargets.of(
              seen.dataRoot(),
              store,
              depths.isPresent(),
              Optional.ofNullable(before.get(store.name())),
              index.of(store));
      before.put(store.name(), targets);
      all.add(targets);
    }
    return all;
  }

  private boolean canBeScrubbed(StoreSnapshot store) {
    return depths.isEmpty() || depths.get().stream().anyMatch(store::canBeScrubbed);
  }
}
