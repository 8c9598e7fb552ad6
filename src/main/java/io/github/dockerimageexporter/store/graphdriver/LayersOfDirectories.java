package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which layers name which directory of the driver, kept from pass to pass. More than one do where
/// a record was copied, or changed by hand.
final class LayersOfDirectories {
  private final Map<String, List<ChainId>> layers = new HashMap<>();
  private LayerStore.Layers last = LayerStore.Layers.NONE;

  /// Takes the layers of a pass.
  ///
  /// @return the directories that another layer names now, or none
  Set<String> follow(LayerStore.Layers now) {
    var changed = new HashSet<String>();
    now.valid()
        .changesSince(
            last.valid(), (layer, was, is) -> move(layer, nameOf(was), nameOf(is), changed));
    now.invalid()
        .changesSince(
            last.invalid(), (layer, was, is) -> move(layer, nameOf(was), nameOf(is), changed));
    last = now;
    return changed;
  }

  /// The layers that name `directory`.
  List<ChainId> of(String directory) {
    return layers.getOrDefault(directory, List.of());
  }

  /// All directories that layers name.
  Set<String> directories() {
    return layers.keySet();
  }

  private void move(ChainId layer, Optional<String> was, Optional<String> is, Set<String> changed) {
    was.ifPresent(name -> layers.computeIfPresent(name, (_, all) -> without(all, layer)));
    is.ifPresent(name -> layers.merge(name, List.of(layer), LayersOfDirectories::both));
    was.ifPresent(changed::add);
    is.ifPresent(changed::add);
  }

  private static @Nullable List<ChainId> without(List<ChainId> all, ChainId layer) {
    var others = new ArrayList<>(all);
    others.remove(layer);
    return others.isEmpty() ? null : List.copyOf(others);
  }

  private static List<ChainId> both(List<ChainId> all, List<ChainId> more) {
    var both = new ArrayList<>(all);
    both.addAll(more);
    return List.copyOf(both);
  }

  private static Optional<String> nameOf(@Nullable Layer layer) {
    return layer == null ? Optional.empty() : Optional.of(layer.cacheId().value());
  }

  private static Optional<String> nameOf(@Nullable InvalidLayer layer) {
    return layer == null ? Optional.empty() : layer.cacheId().map(CacheId::value);
  }
}
