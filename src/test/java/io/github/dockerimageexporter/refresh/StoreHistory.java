package io.github.dockerimageexporter.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.bolt.OpenDatabase;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What may become of a data root with two stores, one step after the other: images and containers
/// come and go, records and files are damaged, names are hostile, and some of it is repaired.
final class StoreHistory implements AutoCloseable {
  private static final List<String> WORDS = List.of("a", "b", "c", "d", "e");
  private static final List<String> NAMES =
      List.of(
          "stray",
          "two\nlines",
          "\u202Eright to left",
          " ",
          "-rf",
          "new-1",
          "rm-2",
          "tmp",
          "f".repeat(64),
          "e".repeat(64) + "-init",
          "0".repeat(64) + "-123-removing",
          "n".repeat(255));

  private static final List<String> CONTENTS =
      List.of("", "\n", "{}", "[]", "null", "sha256:" + "a".repeat(64), "-1", "1", "\u0000");

  private final Path dataRoot;
  private final Random random;
  private final SampleStore layers;
  private final OpenDatabase meta;
  private final OpenDatabase metadata;
  private final List<ImageId> images = new ArrayList<>();
  private final List<String> containers = new ArrayList<>();
  private final Deque<Step> repairs = new ArrayDeque<>();
  private int count;

  private interface Step {
    void take() throws IOException;
  }

  /// One that goes on from two healthy stores.
  ///
  /// @param dataRoot what [#begin] has made, or a copy of it
  StoreHistory(Path dataRoot, long seed) throws IOException {
    this.dataRoot = dataRoot;
    this.random = new Random(seed);
    this.layers = new SampleStore(dataRoot);
    var containerd = ContainerdSample.at(dataRoot);
    this.meta = new OpenDatabase(containerd.meta(), dataRoot.resolveSibling("pages-of-meta"));
    this.metadata =
        new OpenDatabase(containerd.metadata(), dataRoot.resolveSibling("pages-of-metadata"));
  }

  /// Two healthy stores.
  static void begin(Path dataRoot) throws IOException {
    ContainerdSample.in(dataRoot);
    var store = new SampleStore(dataRoot);
    ImageId app = store.image("app:1", "base", "lib", "app");
    store.image("other:1", "base", "lib", "other");
    store.container("web", app);
  }

  /// Goes one step on; what it says that it did.
  String step() {
    count++;
    int kind = random.nextInt(12);
    try {
      switch (kind) {
        case 0, 1 -> addImage();
        case 2 -> removeImage();
        case 3 -> layers.tag("again:" + count, oneOf(images));
        case 4 -> containers.add(layers.container("c" + count, oneOf(images)));
        case 5 -> layers.removeContainer(oneOf(containers));
        case 6 -> damageFile();
        case 7 -> moveAway();
        case 8 -> addStray();
        case 9 -> changeRecord();
        case 10 -> changeSnapshot();
        default -> repair();
      }
    } catch (RuntimeException | IOException impossible) {
      // A step that the damage so far does not allow has done some of its work.
    }
    return "step " + kind;
  }

  private void addImage() {
    var words = new ArrayList<>(WORDS.subList(0, 1 + random.nextInt(WORDS.size())));
    words.add("top" + count);
    images.add(layers.image("image:" + count, words.toArray(String[]::new)));
  }

  private void removeImage() {
    ImageId image = oneOf(images);
    images.remove(image);
    layers.remove(image);
  }

  private void damageFile() throws IOException {
    Path file = any(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS));
    byte[] before = Files.readAllBytes(file);
    repairs.push(() -> Files.write(file, before));
    switch (random.nextInt(3)) {
      case 0 -> Files.delete(file);
      case 1 -> ContainerdSample.setLength(file, before.length / 2);
      default -> Files.writeString(file, oneOf(CONTENTS));
    }
  }

  /// Takes anything away, a directory with all that it has.
  private void moveAway() throws IOException {
    Path path = any(_ -> true);
    Path away = dataRoot.resolveSibling("away-" + dataRoot.getFileName() + "-" + count);
    repairs.push(() -> Files.move(away, path));
    Files.move(path, away);
  }

  private void addStray() throws IOException {
    Path directory = any(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
    Path stray = directory.resolve(oneOf(NAMES));
    if (random.nextBoolean()) {
      Files.createDirectory(stray);
    } else {
      Files.write(stray, oneOf(CONTENTS).getBytes(UTF_8));
    }
    repairs.push(() -> Files.delete(stray));
  }

  /// Changes a record of containerd: of a blob, a snapshot or an image.
  private void changeRecord() throws IOException {
    change(meta, this::change);
  }

  /// Changes what the snapshotter itself records of a snapshot.
  private void changeSnapshot() throws IOException {
    change(
        metadata,
        root -> {
          Bucket snapshots = ContainerdSample.bucket(root, "v1", "snapshots");
          String name = anyOf(snapshots);
          Bucket record = nested(snapshots, name);
          switch (random.nextInt(4)) {
            case 0 -> record.with("size", String.valueOf((char) random.nextInt(0x80)));
            case 1 -> record.with("kind", String.valueOf((char) random.nextInt(5)));
            case 2 -> record.with("parent", anyOf(snapshots));
            default -> snapshots.items().remove(name);
          }
        });
  }

  /// By one commit, by two, or by a copy that takes the database's place.
  private void change(OpenDatabase database, Consumer<Bucket> change) throws IOException {
    Bucket before = database.tree();
    repairs.push(
        () ->
            database.change(
                root -> {
                  root.items().clear();
                  root.items().putAll(before.items());
                }));
    int way = random.nextInt(6);
    if (way == 0) {
      database.replace(change);
      return;
    }
    database.change(change);
    if (way == 1) {
      database.change(change);
    }
  }

  private void change(Bucket root) {
    Bucket blobs = ContainerdSample.bucket(root, "v1", "moby", "content", "blob");
    Bucket snapshots = ContainerdSample.bucket(root, "v1", "moby", "snapshots", "overlayfs");
    Bucket named = ContainerdSample.bucket(root, "v1", "moby", "images");
    Bucket records = oneOf(List.of(blobs, snapshots, named));
    String key = anyOf(records);
    Bucket record = nested(records, key);
    switch (random.nextInt(6)) {
      case 0 -> record.with("size", String.valueOf((char) random.nextInt(0x80)));
      case 1 -> record.with("parent", anyOf(snapshots));
      case 2 ->
          record.with("labels", new Bucket().with("containerd.io/gc.ref.content.x", anyOf(blobs)));
      case 3 -> records.items().remove(key);
      case 4 -> named.with("docker.io/" + oneOf(NAMES) + ":" + count, copy(named));
      default -> record.items().remove("labels");
    }
  }

  private Bucket copy(Bucket named) {
    return nested(named, anyOf(named));
  }

  private static Bucket nested(Bucket records, String key) {
    return (Bucket) Objects.requireNonNull(records.items().get(key));
  }

  private void repair() throws IOException {
    repairs.pop().take();
  }

  private String anyOf(Bucket records) {
    return oneOf(List.copyOf(records.items().keySet()));
  }

  private Path any(Predicate<Path> wanted) throws IOException {
    Path start = dataRoot.resolve(oneOf(List.of("image", "overlay2", "containers", "containerd")));
    try (Stream<Path> all = Files.walk(start)) {
      return oneOf(all.filter(path -> !path.equals(start)).filter(wanted).sorted().toList());
    }
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  @Override
  public void close() throws IOException {
    meta.close();
    metadata.close();
  }
}
