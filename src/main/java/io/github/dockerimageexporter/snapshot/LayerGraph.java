package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a store's layers and images hang together: who stands on whom, and who uses whom.
///
/// Derived from one [StoreSnapshot]; computed once a scan, since checks and metrics both ask.
public final class LayerGraph {
  private static final int UNKNOWN = -1;

  /// Of a layer on the way down that [#climb] is on: meeting it again closes a ring.
  private static final int CLIMBING = -2;

  private final Map<ChainId, List<ImageId>> imagesOf;
  private final Map<ChainId, List<ChainId>> childrenOf;
  private final Map<ChainId, Integer> heights;
  private final List<List<ChainId>> cycles = new ArrayList<>();

  private LayerGraph(int layers) {
    imagesOf = HashMap.newHashMap(layers);
    childrenOf = HashMap.newHashMap(layers);
    heights = HashMap.newHashMap(layers);
  }

  public static LayerGraph of(StoreSnapshot store) {
    var graph = new LayerGraph(store.layers().size());
    for (Image image : store.images().values()) {
      for (ChainId chainId : image.layers()) {
        graph.imagesOf.computeIfAbsent(chainId, _ -> new ArrayList<>(1)).add(image.id());
      }
    }
    for (Layer layer : store.layers().values()) {
      if (layer.parent().isPresent()) {
        graph
            .childrenOf
            .computeIfAbsent(layer.parent().get(), _ -> new ArrayList<>(1))
            .add(layer.chainId());
      }
      graph.climb(store.layers(), layer);
    }
    return graph;
  }

  /// The images whose chain contains `layer`.
  public List<ImageId> imagesOf(ChainId layer) {
    return imagesOf.getOrDefault(layer, List.of());
  }

  /// The images whose chain contains one of `layers`.
  public Set<ImageId> imagesOf(Collection<ChainId> layers) {
    var images = new HashSet<ImageId>();
    layers.forEach(layer -> images.addAll(imagesOf(layer)));
    return images;
  }

  /// Every chain ID that some image names, there or not.
  public Set<ChainId> namedByImages() {
    return Collections.unmodifiableSet(imagesOf.keySet());
  }

  /// The layers that name `layer` as their parent.
  public List<ChainId> childrenOf(ChainId layer) {
    return childrenOf.getOrDefault(layer, List.of());
  }

  /// The height of `layer` in its chain, 1 for a base layer; empty if the chain below it is broken.
  public OptionalInt heightOf(ChainId layer) {
    int height = heights.getOrDefault(layer, UNKNOWN);
    return height == UNKNOWN ? OptionalInt.empty() : OptionalInt.of(height);
  }

  /// The rings that layers form when one is, at last, its own parent; each sorted.
  public List<List<ChainId>> cycles() {
    return Collections.unmodifiableList(cycles);
  }

  /// Every layer that stands on one of `layers`, those included.
  public Set<ChainId> above(Set<ChainId> layers) {
    var reached = new HashSet<>(layers);
    Deque<ChainId> open = new ArrayDeque<>(layers);
    while (!open.isEmpty()) {
      for (ChainId child : childrenOf(open.pop())) {
        if (reached.add(child)) {
          open.push(child);
        }
      }
    }
    return reached;
  }

  /// Finds the height of `layer` and of every layer below it that has none yet.
  private void climb(Map<ChainId, Layer> layers, Layer layer) {
    if (heights.containsKey(layer.chainId())) {
      return;
    }
    Deque<Layer> path = new ArrayDeque<>();
    @Nullable Layer next = layer;
    while (next != null && !heights.containsKey(next.chainId())) {
      heights.put(next.chainId(), CLIMBING);
      path.push(next);
      next = next.parent().isPresent() ? layers.get(next.parent().get()) : null;
    }
    int height =
        next == null ? groundBelow(path.getFirst()) : heights.getOrDefault(next.chainId(), UNKNOWN);
    if (next != null && height == CLIMBING) {
      cycles.add(ring(path, next.chainId()));
      height = UNKNOWN;
    }
    for (Layer above : path) {
      height = height == UNKNOWN ? UNKNOWN : height + 1;
      heights.put(above.chainId(), height);
    }
  }

  /// The height below `lowest`, whose parent is not in the store: none for a base layer.
  private static int groundBelow(Layer lowest) {
    return lowest.parent().isEmpty() ? 0 : UNKNOWN;
  }

  /// The part of `path` from its top down to `first`.
  private static List<ChainId> ring(Deque<Layer> path, ChainId first) {
    var ring = new ArrayList<ChainId>();
    for (Layer layer : path) {
      ring.add(layer.chainId());
      if (layer.chainId().equals(first)) {
        break;
      }
    }
    Collections.sort(ring);
    return List.copyOf(ring);
  }
}
