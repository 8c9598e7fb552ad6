package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.UnitedMap;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The layers that are scrubbed at one depth, followed from scan to scan. For one thread.
final class ScrubLine {
  private static final long ANYWHERE = 0;

  private final Depth depth;
  private final KeptShapes kept;
  private final Predicate<Path> wanted;
  private final Map<String, StoreLine> stores = new HashMap<>();
  private final UnitedMap<LayerState, Long> all = new UnitedMap<>(KeyOrder.byHash());

  /// @param kept what takes no more than a walk to compare
  /// @param wanted the directories of those layers, or of layers that are in them
  ScrubLine(Depth depth, KeptShapes kept, Predicate<Path> wanted) {
    this.depth = depth;
    this.kept = kept;
    this.wanted = wanted;
  }

  /// Those of all stores.
  PersistentMap<LayerState, Long> of(List<ScrubTargets> targets) {
    stores.keySet().retainAll(targets.stream().map(ScrubTargets::name).collect(toSet()));
    for (ScrubTargets store : targets) {
      stores.computeIfAbsent(store.name(), _ -> new StoreLine()).follow(store);
    }
    return all.of(
        stores.entrySet().stream()
            .collect(toMap(Map.Entry::getKey, store -> store.getValue().line)));
  }

  /// Those of one store.
  private final class StoreLine {
    private PersistentMap<ChainId, LayerState> layers = PersistentMap.empty(Keys.CHAINS);
    private Set<LayerState> others = Set.of();
    private PersistentMap<LayerState, Long> line = PersistentMap.empty(KeyOrder.byHash());

    private void follow(ScrubTargets store) {
      PersistentMap<LayerState, Long>.Editor editor = line.edit();
      store
          .layers()
          .changesSince(
              layers,
              (_, was, now) -> {
                if (was != null) {
                  editor.remove(was);
                }
                if (now != null && store.canBeRead(now, depth) && store.isOf(now, wanted)) {
                  editor.put(now, ANYWHERE);
                }
              });
      Set<LayerState> next = others(store);
      others.stream().filter(state -> !next.contains(state)).forEach(editor::remove);
      next.forEach(state -> editor.put(state, ANYWHERE));
      layers = store.layers();
      others = next;
      line = editor.done();
    }

    /// The blobs that stand for themselves, and the layers that can be compared by what is kept.
    private Set<LayerState> others(ScrubTargets store) {
      Stream<LayerState> comparable =
          depth == Depth.SHAPE && !kept.isEmpty()
              ? store.layers().values().stream()
                  .filter(state -> !store.canBeRead(state, depth) && kept.has(state.kept()))
              : Stream.empty();
      Stream<LayerState> blobs =
          store.blobs().stream().filter(state -> store.canBeRead(state, depth));
      return Stream.concat(comparable, blobs)
          .filter(state -> store.isOf(state, wanted))
          .collect(toSet());
    }
  }
}
