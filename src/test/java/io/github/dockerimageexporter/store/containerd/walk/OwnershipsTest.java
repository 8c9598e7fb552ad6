package io.github.dockerimageexporter.store.containerd.walk;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.Holders;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.GcLabels.SnapshotKey;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.Lease;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import io.github.dockerimageexporter.store.containerd.database.Namespaces;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Who owns what, followed from pass to pass.
class OwnershipsTest {
  private static final int STEPS = 20_000;
  private static final int OBJECTS = 8;
  private static final String OWN = "overlayfs";
  private static final String OTHER = "native";

  private static final List<Digest> BLOBS =
      IntStream.range(0, OBJECTS).mapToObj(i -> Digest.of("blob " + i)).toList();
  private static final List<String> KEYS =
      IntStream.range(0, OBJECTS).mapToObj(i -> "key " + i).toList();
  private static final List<String> LEASES = List.of("0".repeat(64), "a".repeat(25), "work");

  private final Random random = new Random(1);
  private Namespace namespace = Namespace.EMPTY;

  @Test
  void followedOwnersAreThoseOfAFirstPass() {
    var followed = new Ownerships(OWN);
    for (int step = 0; step < STEPS; step++) {
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        namespace = changed();
      }
      Ownership now = followed.of(namespace, Instant.EPOCH);

      assertThat(now)
          .describedAs("step %d", step)
          .isEqualTo(new Ownerships(OWN).of(namespace, Instant.EPOCH));
    }
  }

  @Test
  void aFlatLeaseKeepsWhatItNamesAlone() {
    var holder = Map.of("containerd.io/gc.flat", "");
    namespace =
        with(
            List.of(lease("work", holder, Set.of(BLOBS.getFirst()))),
            Map.of(BLOBS.getFirst(), new GcLabels(Set.of(BLOBS.getLast()), List.of(), false)));

    assertThat(new Ownerships(OWN).of(namespace, Instant.EPOCH).graph().kept())
        .isEqualTo(Map.of(new Node.Blob(BLOBS.getFirst()), Holders.NONE.and(Holder.LEASE, true)));
  }

  @Test
  void blobsThatKeepEachOtherAreNotKeptOnceNothingElseKeepsThem() {
    Map<Digest, GcLabels> ring =
        Map.of(
            BLOBS.getFirst(), new GcLabels(Set.of(BLOBS.getLast()), List.of(), false),
            BLOBS.getLast(), new GcLabels(Set.of(BLOBS.getFirst()), List.of(), false));
    var followed = new Ownerships(OWN);
    namespace = with(List.of(lease("work", Map.of(), Set.of(BLOBS.getFirst()))), ring);
    assertThat(followed.of(namespace, Instant.EPOCH).graph().kept()).hasSize(2);

    namespace = with(List.of(), ring);

    assertThat(followed.of(namespace, Instant.EPOCH).graph().kept()).isEmpty();
  }

  private Namespace with(List<Lease> leases, Map<Digest, GcLabels> labels) {
    var blobs = namespace.blobs().edit();
    labels.forEach((blob, each) -> blobs.put(blob, record(blob, each)));
    return Namespaces.of(namespace.images(), blobs.done(), namespace.snapshots(), leases);
  }

  private static BlobRecord record(Digest blob, GcLabels labels) {
    return new BlobRecord(blob, 1, labels, Set.of(), 0, 0);
  }

  private static Lease lease(String id, Map<String, String> labels, Set<Digest> blobs) {
    return new Lease(id, Optional.empty(), labels, blobs, List.of(), Set.of());
  }

  private Namespace changed() {
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
      case 3 -> blobs.put(blob, record(blob, labels()));
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

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
