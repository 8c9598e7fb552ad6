package io.github.dockerimageexporter.scrub.cover;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The layers of a store's images whose chains have a record each, followed from scan to scan: what
/// has not changed, and stands on nothing that has, is as it was. For one thread.
public final class ChainLayers {
  /// More than any image has.
  private static final int MOST_LAYERS = 1000;

  private Basis basis = Basis.NOTHING;
  private PersistentMap<ChainId, ChainLayer> layers = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<ChainLayer, Long> places = PersistentMap.empty(KeyOrder.byHash());
  private long next;

  /// What they are made of.
  private record Basis(
      PersistentMap<ChainId, Layer> layers,
      PersistentMap<ChainId, List<ImageId>> images,
      PersistentMap<ChainId, Integer> heights,
      PersistentMap<ChainId, LayerRecord> records) {
    static final Basis NOTHING =
        new Basis(
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(Keys.CHAINS));

    Set<ChainId> changesSince(Basis before) {
      if (before.layers.isEmpty()) {
        return layers.keySet();
      }
      Set<ChainId> changed = new HashSet<>();
      layers.changesSince(before.layers, (layer, _, _) -> changed.add(layer));
      heights.changesSince(before.heights, (layer, _, _) -> changed.add(layer));
      records.changesSince(before.records, (layer, _, _) -> changed.add(layer));
      images.changesSince(
          before.images,
          (layer, was, now) -> {
            if (was == null || now == null) {
              changed.add(layer);
            }
          });
      return changed;
    }

    int heightOf(ChainId layer) {
      return heights.getOrDefault(layer, 0);
    }
  }

  /// Goes on to what a store has become.
  ///
  /// @param records of its layers
  public void follow(
      PersistentMap<ChainId, Layer> all,
      LayerGraph graph,
      PersistentMap<ChainId, LayerRecord> records) {
    Basis before = basis;
    basis = new Basis(all, graph.imagesOf(), graph.heights(), records);
    PersistentMap<ChainId, ChainLayer>.Editor made = layers.edit();
    PersistentMap<ChainLayer, Long>.Editor placed = places.edit();
    Deque<ChainId> open = new ArrayDeque<>();
    Set<ChainId> reached = new HashSet<>();
    for (ChainId lowest : byHeight(basis.changesSince(before))) {
      if (reached.add(lowest)) {
        open.push(lowest);
      }
      while (!open.isEmpty()) {
        ChainId layer = open.pop();
        if (make(layer, made, placed)) {
          reached.addAll(graph.childrenOf(layer));
          graph.childrenOf(layer).forEach(open::push);
        }
      }
    }
    layers = made.done();
    places = placed.done();
  }

  /// The lowest first, so that all that stands on one is made with it, and once.
  private List<ChainId> byHeight(Set<ChainId> changed) {
    return changed.stream()
        .collect(groupingBy(basis::heightOf, TreeMap::new, toList()))
        .values()
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  /// Makes a layer anew, those below it being made; whether it has become another one.
  private boolean make(
      ChainId id,
      PersistentMap<ChainId, ChainLayer>.Editor made,
      PersistentMap<ChainLayer, Long>.Editor placed) {
    Optional<ChainLayer> before = Optional.ofNullable(made.get(id));
    Optional<ChainLayer> now = layer(id, made);
    if (now.equals(before)) {
      return false;
    }
    before.ifPresent(placed::remove);
    now.ifPresentOrElse(layer -> made.put(id, layer), () -> made.remove(id));
    now.ifPresent(layer -> placed.put(layer, next++));
    return true;
  }

  private Optional<ChainLayer> layer(ChainId id, PersistentMap<ChainId, ChainLayer>.Editor made) {
    @Nullable Layer layer = basis.layers().get(id);
    @Nullable LayerRecord record = basis.records().get(id);
    int height = basis.heightOf(id);
    if (layer == null
        || record == null
        || height == 0
        || height > MOST_LAYERS
        || !basis.images().containsKey(id)) {
      return Optional.empty();
    }
    return layer.parent().isEmpty()
        ? Optional.of(ChainLayer.base(id, record))
        : layer.parent().map(made::get).map(below -> below.with(id, record));
  }

  /// Each of them.
  public PersistentMap<ChainId, ChainLayer> layers() {
    return layers;
  }

  /// All of them, as they stand in line.
  public List<ChainLayer> inLine() {
    return places.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  /// Where each stands in line, when they are read one after the other: behind the one that it
  /// stands on, and of those that came together, before those that do not stand on that.
  public PersistentMap<ChainLayer, Long> places() {
    return places;
  }
}
