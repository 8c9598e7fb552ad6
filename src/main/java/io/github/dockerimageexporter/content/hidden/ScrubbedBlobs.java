package io.github.dockerimageexporter.content.hidden;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Changes;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The blobs of the layers of chains of which all were scrubbed: those below a layer are read with
/// each that comes later, and nothing is shown of an image before its last one. Followed from scan
/// to scan and from reading to reading; for one thread.
final class ScrubbedBlobs {
  private Optional<LayerEvidence> before = Optional.empty();
  private PersistentMap<ImageId, Image> images = PersistentMap.empty(Keys.IMAGES);
  private PersistentMap<ChainId, LayerRecord> scrubbed = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<ChainId, LayerRecord> whole = PersistentMap.empty(Keys.CHAINS);

  /// Those of a store, by layer.
  ///
  /// @param evidence of its layers
  PersistentMap<ChainId, LayerRecord> of(ObservedStore one, LayerEvidence evidence) {
    PersistentMap<ChainId, LayerRecord> last = scrubbed;
    scrubbed = scrubbed(one.store(), evidence);
    Set<ChainId> reached = new HashSet<>();
    scrubbed.changesSince(last, (layer, _, _) -> reach(one, layer, reached));
    one.store()
        .images()
        .changesSince(
            images,
            (_, was, now) -> {
              reach(was, reached);
              reach(now, reached);
            });
    images = one.store().images();
    PersistentMap<ChainId, LayerRecord>.Editor editor = whole.edit();
    for (ChainId layer : reached) {
      @Nullable LayerRecord blob = scrubbed.get(layer);
      if (blob != null && isOfWholeChain(one, layer)) {
        editor.put(layer, blob);
      } else {
        editor.remove(layer);
      }
    }
    whole = editor.done();
    return whole;
  }

  /// The layer, and all those of images that have it.
  private static void reach(ObservedStore one, ChainId layer, Set<ChainId> reached) {
    reached.add(layer);
    one.graph().imagesOf(layer).forEach(id -> reach(one.store().images().get(id), reached));
  }

  private static void reach(@Nullable Image image, Set<ChainId> reached) {
    if (image != null) {
      reached.addAll(image.layers());
    }
  }

  private PersistentMap<ChainId, LayerRecord> scrubbed(
      StoreSnapshot store, LayerEvidence evidence) {
    PersistentMap<ChainId, LayerRecord> records = store.layerRecords();
    Set<ChainId> changed =
        before
            .flatMap(evidence::changesSince)
            .map(Changes::layers)
            .orElseGet(() -> Set.copyOf(records.keySet()));
    before = Optional.of(evidence);
    PersistentMap<ChainId, LayerRecord>.Editor editor = scrubbed.edit();
    for (ChainId layer : changed) {
      if (records.get(layer) instanceof LayerRecord.Blob blob
          && evidence.scrubbed(layer, Depth.CONTENT).isPresent()) {
        editor.put(layer, blob.alone());
      } else {
        editor.remove(layer);
      }
    }
    return editor.done();
  }

  private boolean isOfWholeChain(ObservedStore one, ChainId layer) {
    return one.graph().imagesOf(layer).stream()
        .flatMap(id -> Stream.ofNullable(one.store().images().get(id)))
        .flatMap(Image::chains)
        .map(RootFs::chainIds)
        .anyMatch(chain -> chain.contains(layer) && scrubbed.keySet().containsAll(chain));
  }
}
