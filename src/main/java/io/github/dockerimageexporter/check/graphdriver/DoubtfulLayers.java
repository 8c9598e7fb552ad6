package io.github.dockerimageexporter.check.graphdriver;

import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.DirectoryChecks;
import io.github.dockerimageexporter.check.graphdriver.OverlayClaims.Claim;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The layers whose directory may not say what they stand on, followed from scan to scan.
///
/// | what has changed        | whose claims are looked at again                                   |
/// |-------------------------|--------------------------------------------------------------------|
/// | a layer                 | those of all layers that name its directory, and of their children |
/// | a layer's directory     | its own                                                            |
/// | a record of the driver  | the same as of a layer, and of those that stand on it beside that  |
///
/// For one thread.
final class DoubtfulLayers {
  static final Derivation<DoubtfulLayers> FOLLOWED = DoubtfulLayers::new;

  private PersistentMap<ChainId, Layer> layers = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<ChainId, LayerDirectory> directories = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<CacheId, OverlayRecord> records = PersistentMap.empty(Keys.CACHE_IDS);
  private PersistentMap<ChainId, Claim> doubtful = PersistentMap.empty(Keys.CHAINS);

  /// The directories that layers stand on which are not those of the layers below.
  private PersistentMap<ChainId, CacheId> elsewhere = PersistentMap.empty(Keys.CHAINS);

  private DoubtfulLayers() {}

  /// The claims of `store`'s layers that are not sound.
  PersistentMap<ChainId, Claim> of(
      GraphDriverSnapshot store, CheckContext context, OverlayClaims claims) {
    PersistentMap<ChainId, Claim>.Editor doubts = doubtful.edit();
    PersistentMap<ChainId, CacheId>.Editor others = elsewhere.edit();
    for (ChainId id : reached(store, context)) {
      doubts.remove(id);
      others.remove(id);
      @Nullable Layer layer = store.layers().get(id);
      Optional<Claim> claim = layer == null ? Optional.empty() : claims.of(layer);
      claim
          .filter(each -> !OverlayChecks.isSound(each, store.overlayRecords()))
          .ifPresent(each -> doubts.put(id, each));
      claim.flatMap(DoubtfulLayers::elsewhere).ifPresent(below -> others.put(id, below));
    }
    layers = store.layers();
    directories = store.layerDirectories();
    records = store.overlayRecords();
    doubtful = doubts.done();
    elsewhere = others.done();
    return doubtful;
  }

  private static Optional<CacheId> elsewhere(Claim claim) {
    return claim.overlay().below().filter(below -> !claim.below().equals(Optional.of(below)));
  }

  private Set<ChainId> reached(GraphDriverSnapshot store, CheckContext context) {
    if (layers.isEmpty()) {
      return store.layers().keySet();
    }
    var reached = new HashSet<ChainId>();
    var changed = new HashSet<CacheId>();
    store
        .layers()
        .changesSince(
            layers,
            (id, before, now) -> {
              reached.add(id);
              reached.addAll(context.graph().childrenOf(id));
              Stream.of(before, now)
                  .flatMap(Stream::ofNullable)
                  .forEach(layer -> changed.add(layer.cacheId()));
            });
    store.layerDirectories().changesSince(directories, (id, _, _) -> reached.add(id));
    var recorded = new HashSet<CacheId>();
    store.overlayRecords().changesSince(records, (id, _, _) -> recorded.add(id));
    elsewhere.forEach(
        (id, below) -> {
          if (recorded.contains(below)) {
            reached.add(id);
          }
        });
    changed.addAll(recorded);
    PersistentMap<CacheId, List<ChainId>> layersOf = DirectoryChecks.layersOf(store, context);
    for (CacheId directory : changed) {
      for (ChainId layer : layersOf.getOrDefault(directory, List.of())) {
        reached.add(layer);
        reached.addAll(context.graph().childrenOf(layer));
      }
    }
    return reached;
  }
}
