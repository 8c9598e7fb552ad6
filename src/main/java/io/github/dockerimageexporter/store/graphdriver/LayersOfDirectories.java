package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which layers name which directory of the driver, kept from pass to pass. More than one do where
/// a record was copied, or changed by hand.
final class LayersOfDirectories {
  private static final KeyOrder<String> NAMES = KeyOrder.byHash();

  private final InverseMap<ChainId, Layer, String> ofValid =
      new InverseMap<>(Keys.CHAINS, NAMES, layer -> List.of(layer.cacheId().value()));

  private final InverseMap<ChainId, InvalidLayer, String> ofInvalid =
      new InverseMap<>(
          Keys.CHAINS, NAMES, layer -> layer.cacheId().map(CacheId::value).stream().toList());

  private PersistentMap<ChainId, Layer> records = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<String, List<ChainId>> valid = PersistentMap.empty(NAMES);
  private PersistentMap<String, List<ChainId>> invalid = PersistentMap.empty(NAMES);

  /// Takes the layers of a pass.
  ///
  /// @return the directories that another layer names now, or none
  Set<String> follow(LayerStore.Layers now) {
    var changed = new HashSet<String>();
    PersistentMap<String, List<ChainId>> validNow = ofValid.of(now.valid());
    PersistentMap<String, List<ChainId>> invalidNow = ofInvalid.of(now.invalid());
    validNow.changesSince(valid, (name, _, _) -> changed.add(name));
    invalidNow.changesSince(invalid, (name, _, _) -> changed.add(name));
    valid = validNow;
    records = now.valid();
    invalid = invalidNow;
    return changed;
  }

  /// Whether a layer names `directory`.
  boolean name(String directory) {
    return valid.containsKey(directory) || invalid.containsKey(directory);
  }

  /// A directory's name, which is that of the layer's record where there is one: a name takes more
  /// memory than most of what is known of a directory.
  String shared(String directory) {
    @Nullable List<ChainId> layers = valid.get(directory);
    @Nullable Layer layer = layers == null ? null : records.get(layers.getFirst());
    return layer == null ? directory : layer.cacheId().value();
  }

  /// The layers that name `directory`.
  List<ChainId> of(String directory) {
    List<ChainId> sound = valid.getOrDefault(directory, List.of());
    List<ChainId> others = invalid.getOrDefault(directory, List.of());
    return others.isEmpty() ? sound : Stream.of(sound, others).flatMap(List::stream).toList();
  }
}
