package io.github.dockerimageexporter.store.containerd;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.engine.machine.MemoryDirectories;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.SnapshotParts;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.database.MetaDatabase;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two namespaces, one of them with two snapshotters: whatever becomes of records and files, who
/// follows the stores reads of each what one reads who sees it for the first time.
class FollowedStoresTest {
  private static final int STEPS = 100;
  private static final List<String> NAMESPACES = List.of("moby", "k8s.io");

  private final Random random = new Random(1);
  private final Deque<Step> repairs = new ArrayDeque<>();
  private final List<String> taken = new ArrayList<>();
  private Path dataRoot;
  private Path home;
  private ContainerdSample overlays;
  private ContainerdSample copies;
  private ContainerdSettings settings;

  private interface Step {
    void take() throws IOException;
  }

  @BeforeEach
  void makeTwoSnapshotters(@TempDir(factory = MemoryDirectories.class) Path directory)
      throws IOException {
    dataRoot = directory.resolve("docker");
    home = directory.resolve("containerd");
    settings = new ContainerdSettings(Optional.of(home), NAMESPACES);
    overlays = ContainerdSample.in(dataRoot, home);
    copies = ContainerdSample.at(dataRoot, home, "native");
    Path from = Objects.requireNonNull(overlays.metadata().getParent());
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, copies.metadata().resolveSibling(from.relativize(path).toString()));
      }
    }
    overlays.changeMeta(
        root -> {
          Bucket snapshots = bucket(root, "v1", "moby", "snapshots");
          snapshots.with("native", copy(bucket(snapshots, "overlayfs")));
        });
  }

  /// While there is no `meta.db`, the first of them does not know which stores there are.
  @Test
  void whoHasFollowedStoresReadsWhatOneReadsWhoSeesThemForTheFirstTime() {
    var following = new StoreReader(dataRoot, settings);
    for (int step = 0; step < STEPS; step++) {
      for (int more = random.nextInt(2); more >= 0; more--) {
        change();
      }

      Map<String, Object> followed = stores(following);
      if (isRecorded()) {
        Map<String, Object> afresh = stores(new StoreReader(dataRoot, settings));
        followed.entrySet().removeAll(Map.copyOf(afresh).entrySet());
        afresh.keySet().retainAll(followed.keySet());
        assertThat(followed).describedAs("after step %d of %s", step, taken).isEqualTo(afresh);
      } else if (random.nextInt(3) == 0) {
        repairAll();
      }
    }
  }

  private boolean isRecorded() {
    try {
      return !BoltFixture.read(overlays.meta(), root -> MetaDatabase.of(root, Optional.empty()))
          .namespaces()
          .isEmpty();
    } catch (IOException damaged) {
      return false;
    }
  }

  private static Map<String, Object> stores(StoreReader reader) {
    var all = new TreeMap<String, Object>();
    for (StoreSnapshot store : reader.read(Freshness.EVERY_FILE).stores()) {
      SnapshotParts.of(store).forEach((part, value) -> all.put(store.name() + ": " + part, value));
    }
    return all;
  }

  private void change() {
    int kind = random.nextInt(12);
    taken.add("step " + kind);
    try {
      switch (kind) {
        case 0, 1, 2, 3, 4 -> changeMeta(this::changeRecord);
        case 5 -> changeSnapshot(random.nextBoolean() ? overlays : copies);
        case 6 -> changeMeta(this::changeLease);
        case 7 -> changeBlob();
        case 8 -> moveAway();
        case 9 -> damage(oneOf(List.of(overlays.meta(), overlays.metadata(), copies.metadata())));
        default -> repairs.pop().take();
      }
    } catch (RuntimeException | IOException impossible) {
      // A step that the damage so far does not allow has done some of its work.
    }
  }

  private void repairAll() {
    while (!repairs.isEmpty()) {
      try {
        repairs.pop().take();
      } catch (IOException gone) {
        // What it was in is repaired by a later one.
      }
    }
  }

  private void changeMeta(Consumer<Bucket> change) throws IOException {
    byte[] before = Files.readAllBytes(overlays.meta());
    overlays.changeMeta(change);
    repairs.push(() -> Files.write(overlays.meta(), before));
  }

  private void changeRecord(Bucket root) {
    Bucket namespace = bucket(root, "v1", oneOf(NAMESPACES));
    Bucket blobs = bucket(namespace, "content", "blob");
    Bucket images = bucket(namespace, "images");
    Bucket snapshotters = bucket(namespace, "snapshots");
    String snapshotter = anyOf(snapshotters);
    Bucket snapshots = bucket(snapshotters, snapshotter);
    Bucket records = oneOf(List.of(blobs, snapshots, images));
    String key = anyOf(records);
    Bucket record = bucket(records, key);
    switch (random.nextInt(11)) {
      case 0 -> record.with("size", String.valueOf((char) random.nextInt(0x80)));
      case 1 -> record.with("parent", anyOf(snapshots));
      case 2 -> label(record, "ref.content.x", anyOf(blobs));
      case 3 -> label(record, "ref.snapshot." + snapshotter + "/x", anyOf(snapshots));
      case 4 -> label(record, "root", "now");
      case 5 -> record.items().remove("labels");
      case 6 -> record.with("updatedat", "" + random.nextInt());
      case 7 -> records.items().remove(key);
      case 8 -> snapshots.items().clear();
      case 9 -> images.with("docker.io/library/x:" + random.nextInt(9), anyCopy(images));
      default ->
          bucket(root, "v1", oneOf(NAMESPACES), "content", "blob")
              .with(anyOf(blobs), anyCopy(blobs));
    }
  }

  private static void label(Bucket record, String name, String value) {
    record.with("labels", new Bucket().with("containerd.io/gc." + name, value));
  }

  /// One more or one less, deep or flat, valid or not.
  private void changeLease(Bucket root) {
    Bucket namespace = bucket(root, "v1", oneOf(NAMESPACES));
    namespace.items().computeIfAbsent("leases", _ -> new Bucket());
    Bucket leases = bucket(namespace, "leases");
    if (random.nextInt(3) == 0) {
      leases.items().remove(anyOf(leases));
      return;
    }
    var lease = new Bucket();
    switch (random.nextInt(4)) {
      case 0 -> label(lease, "flat", "yes");
      case 1 -> label(lease, "expire", "2001-01-01T00:00:00Z");
      default -> label(lease, "expire", "9001-01-01T00:00:00Z");
    }
    Bucket snapshotters = bucket(namespace, "snapshots");
    String snapshotter = anyOf(snapshotters);
    var snapshot = new Bucket().with(anyOf(bucket(snapshotters, snapshotter)), "");
    lease.with("content", new Bucket().with(anyOf(bucket(namespace, "content", "blob")), ""));
    lease.with("snapshots", new Bucket().with(snapshotter, snapshot));
    leases.with(random.nextBoolean() ? "pull" : "a".repeat(25), lease);
  }

  private void changeSnapshot(ContainerdSample store) throws IOException {
    byte[] before = Files.readAllBytes(store.metadata());
    store.changeMetadata(
        root -> {
          Bucket snapshots = bucket(root, "v1", "snapshots");
          String name = anyOf(snapshots);
          Bucket record = bucket(snapshots, name);
          switch (random.nextInt(5)) {
            case 0 -> record.with("size", String.valueOf((char) random.nextInt(0x80)));
            case 1 -> record.with("kind", String.valueOf((char) random.nextInt(5)));
            case 2 -> record.with("parent", anyOf(snapshots));
            case 3 -> record.with("id", String.valueOf((char) random.nextInt(0x20)));
            default -> snapshots.items().remove(name);
          }
        });
    repairs.push(() -> Files.write(store.metadata(), before));
  }

  private void changeBlob() throws IOException {
    Path some = overlays.blob(Digest.of("blob " + random.nextInt(5)));
    if (random.nextBoolean()) {
      Files.writeString(some, "more");
      return;
    }
    try (Stream<Path> all = Files.list(some.getParent())) {
      Path blob = oneOf(all.sorted().toList());
      byte[] before = Files.readAllBytes(blob);
      Files.delete(blob);
      repairs.push(() -> Files.write(blob, before));
    }
  }

  private void moveAway() throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      Path path = oneOf(all.filter(each -> !each.equals(home)).sorted().toList());
      Path away = home.resolveSibling("away-" + taken.size());
      Files.move(path, away);
      repairs.push(() -> Files.move(away, path));
    }
  }

  private void damage(Path database) throws IOException {
    byte[] before = Files.readAllBytes(database);
    Files.delete(database);
    if (random.nextBoolean()) {
      Files.writeString(database, "no database");
    } else {
      Files.createSymbolicLink(database, Path.of("nowhere"));
    }
    repairs.push(
        () -> {
          Files.delete(database);
          Files.write(database, before);
        });
  }

  private Bucket anyCopy(Bucket records) {
    return copy(bucket(records, anyOf(records)));
  }

  private static Bucket copy(Bucket bucket) {
    var copy = new Bucket();
    bucket
        .items()
        .forEach(
            (key, item) ->
                copy.items().put(key, item instanceof Bucket nested ? copy(nested) : item));
    return copy;
  }

  private String anyOf(Bucket records) {
    return oneOf(List.copyOf(records.items().keySet()));
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
