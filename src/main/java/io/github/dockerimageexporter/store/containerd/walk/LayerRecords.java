package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Kind;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The layers of images, as snapshots record them.
///
/// | of a layer | comes from                                                                      |
/// |------------|---------------------------------------------------------------------------------|
/// | chain ID   | the snapshot's key                                                              |
/// | diff ID    | the configuration of an image that has the layer                                |
/// | parent     | the snapshot's parent; above a commit the one below the container's `-init`     |
/// | size       | the snapshot's, as recorded                                                     |
/// | directory  | the snapshot's number                                                           |
///
/// Followed from pass to pass: a layer is made again only if an image that has it, its snapshot, or
/// one that its parent is looked for in has changed. Whichever image has a chain ID, it has the
/// same diff IDs below. For one thread.
public final class LayerRecords {
  private static final int MOST_STEPS = 4;

  private final ContainerdLayout layout;
  private PersistentMap<ImageId, Image> images = PersistentMap.empty(Keys.IMAGES);
  private PersistentMap<String, SnapshotRecord> snapshots =
      PersistentMap.empty(SnapshotRecord.KEYS);
  private PersistentMap<ChainId, Layer> valid = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<ChainId, InvalidLayer> invalid = PersistentMap.empty(Keys.CHAINS);

  /// The layers whose parent is looked for in a snapshot that is not there.
  private final Set<ChainId> loose = new HashSet<>();

  public LayerRecords(ContainerdLayout layout) {
    this.layout = layout;
  }

  /// The layers of a pass.
  ///
  /// @param invalid those that were not committed, by their record, or without their size
  public record Layers(
      PersistentMap<ChainId, Layer> valid, PersistentMap<ChainId, InvalidLayer> invalid) {}

  /// A layer's place in an image.
  private record Place(RootFs rootFs, int index) {
    ChainId id() {
      return rootFs.chainIds().get(index);
    }

    DiffId diffId() {
      return rootFs.diffIds().get(index);
    }

    Optional<ChainId> below() {
      return index == 0 ? Optional.empty() : Optional.of(rootFs.chainIds().get(index - 1));
    }
  }

  /// Those of what images and snapshots have become.
  public Layers of(
      PersistentMap<ImageId, Image> imagesNow, PersistentMap<String, SnapshotRecord> snapshotsNow) {
    Map<ChainId, Place> places = new HashMap<>();
    Set<ChainId> reached = new HashSet<>();
    imagesNow.changesSince(
        images,
        (_, before, now) -> {
          if (before == null || now == null || !chainsOf(before).equals(chainsOf(now))) {
            chainsOf(before).forEach(rootFs -> reached.addAll(rootFs.chainIds()));
            chainsOf(now).forEach(rootFs -> place(rootFs, places));
          }
        });
    reached.addAll(places.keySet());
    reachBySnapshots(snapshotsNow, reached);
    images = imagesNow;
    snapshots = snapshotsNow;
    if (!reached.isEmpty()) {
      placeOthers(reached, places);
      make(reached, places);
    }
    return new Layers(valid, invalid);
  }

  private static List<RootFs> chainsOf(@Nullable Image image) {
    return image == null ? List.of() : image.chains().toList();
  }

  private static void place(RootFs rootFs, Map<ChainId, Place> places) {
    List<ChainId> chain = rootFs.chainIds();
    for (int i = 0; i < chain.size(); i++) {
      places.putIfAbsent(chain.get(i), new Place(rootFs, i));
    }
  }

  /// Adds the layers of snapshots that have changed, and those whose parent was looked for in one.
  private void reachBySnapshots(PersistentMap<String, SnapshotRecord> now, Set<ChainId> reached) {
    Set<String> others = new HashSet<>();
    boolean[] isNew = {false};
    now.changesSince(
        snapshots,
        (key, before, _) -> {
          chain(key).ifPresent(reached::add);
          if (before == null) {
            isNew[0] = true;
          } else {
            others.add(key);
          }
        });
    if (isNew[0]) {
      reached.addAll(loose);
    }
    if (!others.isEmpty()) {
      now.forEach(
          (key, record) -> {
            if (sought(record, now).stream().anyMatch(others::contains)) {
              chain(key).ifPresent(reached::add);
            }
          });
    }
  }

  /// The keys of the snapshots among which the layer below `record` is looked for.
  private static List<String> sought(
      SnapshotRecord record, PersistentMap<String, SnapshotRecord> snapshots) {
    var keys = new ArrayList<String>(1);
    Optional<String> next = record.parent();
    while (next.isPresent() && keys.size() < MOST_STEPS) {
      String key = next.get();
      keys.add(key);
      next =
          chain(key).isPresent()
              ? Optional.empty()
              : Optional.ofNullable(snapshots.get(key)).flatMap(SnapshotRecord::parent);
    }
    return keys;
  }

  private static Optional<ChainId> chain(String key) {
    return GcLabels.digest(key).map(ChainId::new);
  }

  /// Finds those of `reached` that have no place yet in the other images.
  private void placeOthers(Set<ChainId> reached, Map<ChainId, Place> places) {
    Set<ChainId> missing = new HashSet<>(reached);
    missing.removeAll(places.keySet());
    if (missing.isEmpty()) {
      return;
    }
    for (Image image : images.values()) {
      image
          .chains()
          .filter(rootFs -> rootFs.chainIds().stream().anyMatch(missing::contains))
          .forEach(rootFs -> place(rootFs, places));
    }
  }

  private void make(Set<ChainId> reached, Map<ChainId, Place> places) {
    PersistentMap<ChainId, Layer>.Editor layers = valid.edit();
    PersistentMap<ChainId, InvalidLayer>.Editor others = invalid.edit();
    loose.removeAll(reached);
    for (ChainId each : reached) {
      @Nullable Place place = places.get(each);
      @Nullable SnapshotRecord record = place == null ? null : snapshots.get(each.toString());
      if (place == null || record == null || record.stored().isEmpty()) {
        layers.remove(each);
        others.remove(each);
      } else if (isSound(record.stored().get())) {
        layers.put(place.id(), layer(place, record, record.stored().get()));
        others.remove(each);
      } else {
        others.put(place.id(), invalid(place.id(), record.stored().get()));
        layers.remove(each);
      }
    }
    valid = layers.done();
    invalid = others.done();
  }

  private static boolean isSound(Stored stored) {
    return stored.kind() == Kind.COMMITTED && stored.sizeBytes().isPresent();
  }

  private Layer layer(Place place, SnapshotRecord record, Stored stored) {
    List<String> sought = sought(record, snapshots);
    if (!snapshots.keySet().containsAll(sought)) {
      loose.add(place.id());
    }
    Optional<ChainId> below = place.below();
    Optional<ChainId> parent = below;
    if (agrees(record, stored)) {
      parent = sought.isEmpty() ? Optional.empty() : chain(sought.getLast());
    }
    var directory = new CacheId(String.valueOf(stored.number()));
    long sizeBytes = stored.sizeBytes().orElse(0);
    return parent.equals(below)
        ? new Layer(place.id(), place.diffId(), below, directory, sizeBytes, place.id())
        : Layer.of(place.id(), place.diffId(), parent, directory, sizeBytes);
  }

  private InvalidLayer invalid(ChainId id, Stored stored) {
    Optional<CacheId> directory = Optional.of(new CacheId(String.valueOf(stored.number())));
    return new InvalidLayer(id, layout.metadata(), directory, reason(stored), false, true);
  }

  private static String reason(Stored stored) {
    return stored.kind() == Kind.COMMITTED
        ? "its snapshot is committed without a size"
        : "its snapshot is of kind %s, expected committed"
            .formatted(stored.kind().name().toLowerCase(Locale.ROOT));
  }

  /// Whether both databases name the same parent. Where they do not, that is the problem, and not
  /// what would follow from either.
  private boolean agrees(SnapshotRecord record, Stored stored) {
    return record
        .parent()
        .map(parent -> Optional.ofNullable(snapshots.get(parent)).map(SnapshotRecord::name))
        .orElse(Optional.empty())
        .equals(stored.parent());
  }
}
