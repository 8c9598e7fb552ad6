package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.Lease;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import io.github.dockerimageexporter.store.containerd.database.Namespaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A namespace of a few blobs and snapshots that changes at random.
final class RandomNamespace {
  static final String OWN = "overlayfs";
  static final int OBJECTS = 8;
  static final List<Digest> BLOBS =
      IntStream.range(0, OBJECTS).mapToObj(i -> Digest.of("blob " + i)).toList();
  static final List<String> KEYS = IntStream.range(0, OBJECTS).mapToObj(i -> "key " + i).toList();
  private static final String OTHER = "native";
  private static final List<String> LEASES = List.of("0".repeat(64), "a".repeat(25), "work");

  private final Random random;

  RandomNamespace(Random random) {
    this.random = random;
  }

  /// One that is another in one thing.
  Namespace changed(Namespace namespace) {
    var images = namespace.images().edit();
    var blobs = namespace.blobs().edit();
    var snapshots = new TreeMap<>(namespace.snapshots());
    var leases = new ArrayList<>(namespace.leases());
    String name = "app:" + random.nextInt(OBJECTS);
    Digest blob = oneOf(BLOBS);
    String snapshotter = oneOf(List.of(OWN, OWN, OTHER));
    var keys = namespace.snapshotsOf(snapshotter).edit();
    String key = oneOf(KEYS);
    switch (random.nextInt(8)) {
      case 0 -> images.remove(name);
      case 1 ->
          images.put(
              name,
              new ImageRecord(name, oneOf(BLOBS), "", 1, Optional.empty(), Optional.empty(), 0));
      case 2 -> blobs.remove(blob);
      case 3 -> blobs.put(blob, new BlobRecord(blob, 1, labels(), Set.of(), 0, 0));
      case 4 -> keys.remove(key);
      case 5 -> keys.put(key, snapshot(key));
      case 6 -> leases.removeIf(_ -> random.nextBoolean());
      default -> leases.add(lease());
    }
    snapshots.put(snapshotter, keys.done());
    return Namespaces.of(images.done(), blobs.done(), snapshots, leases);
  }

  private SnapshotEntry snapshot(String key) {
    Optional<String> parent = random.nextBoolean() ? Optional.of(oneOf(KEYS)) : Optional.empty();
    return new SnapshotEntry(key, "", parent, labels(), 0);
  }

  private Lease lease() {
    return new Lease(
        oneOf(LEASES),
        Optional.empty(),
        random.nextInt(3) == 0 ? Map.of("containerd.io/gc.flat", "") : Map.of(),
        Set.of(oneOf(BLOBS)),
        List.of(new SnapshotKey(oneOf(List.of(OWN, OTHER)), oneOf(KEYS))),
        Set.of());
  }

  private GcLabels labels() {
    return switch (random.nextInt(6)) {
      case 0 -> GcLabels.NONE;
      case 1 -> new GcLabels(Set.of(), List.of(), random.nextInt(4) == 0);
      case 2 -> new GcLabels(Set.of(), List.of(new SnapshotKey(OWN, oneOf(KEYS))), false);
      case 3 -> new GcLabels(Set.of(), List.of(new SnapshotKey(OTHER, oneOf(KEYS))), false);
      default -> new GcLabels(Set.of(oneOf(BLOBS)), List.of(), false);
    };
  }

  <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
