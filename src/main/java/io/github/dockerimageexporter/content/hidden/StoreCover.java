package io.github.dockerimageexporter.content.hidden;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.HiddenBytes;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.scrub.cover.ChainLayer;
import io.github.dockerimageexporter.scrub.cover.LayerCover;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the layers of one store hide, followed from scan to scan and from reading to reading. For
/// one thread.
final class StoreCover {
  private PersistentMap<ChainId, ChainLayer> layers = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<ChainLayer, LayerCover> known = PersistentMap.empty(KeyOrder.byHash());
  private PersistentMap<ChainId, Map<ChainId, Long>> hidden = PersistentMap.empty(Keys.CHAINS);

  /// What `wanted` layers of the store hide, as far as it is `read`.
  HiddenBytes of(
      PersistentMap<ChainId, ChainLayer> wanted, PersistentMap<ChainLayer, LayerCover> read) {
    Set<ChainId> changed = new HashSet<>();
    wanted.changesSince(layers, (layer, _, _) -> changed.add(layer));
    read.changesSince(known, (layer, _, _) -> changed.add(layer.id()));
    PersistentMap<ChainId, Map<ChainId, Long>>.Editor editor = hidden.edit();
    for (ChainId id : changed) {
      @Nullable ChainLayer layer = wanted.get(id);
      @Nullable LayerCover cover = layer == null ? null : read.get(layer);
      if (cover != null && cover.isKnown()) {
        editor.put(id, cover.hiddenBytes());
      } else {
        editor.remove(id);
      }
    }
    layers = wanted;
    known = read;
    hidden = editor.done();
    return new HiddenBytes(hidden);
  }
}
