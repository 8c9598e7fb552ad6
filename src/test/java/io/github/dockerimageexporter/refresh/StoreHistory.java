package io.github.dockerimageexporter.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

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
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What may become of a data root with two stores, one step after the other: images and containers
/// come and go, records and files are damaged, names are hostile, and some of it is repaired.
final class StoreHistory implements AutoCloseable {
  private static final List<String> ROOTS =
      List.of("image", "overlay2", "containers", "containerd");

  private static final List<String> WORDS = List.of("a", "b", "c", "d", "e");

  /// Where there is an entry for each object of a kind.
  private static final List<String> OBJECTS =
      List.of(
          "image/overlay2/imagedb/content/sha256",
          "image/overlay2/imagedb/metadata/sha256",
          "image/overlay2/layerdb/sha256",
          "image/overlay2/layerdb/mounts",
          "overlay2",
          "overlay2/l",
          "containers",
          "containerd/daemon/io.containerd.content.v1.content/blobs/sha256",
          "containerd/daemon/io.containerd.content.v1.content/ingest",
          "containerd/daemon/io.containerd.snapshotter.v1.overlayfs/snapshots");

  static final List<String> NAMES =
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
  private final ContainerdHistory containerd;
  private final List<ImageId> images = new ArrayList<>();
  private final List<String> containers = new ArrayList<>();
  private final Deque<Step> repairs = new ArrayDeque<>();
  private int count;

  interface Step {
    void take() throws IOException;
  }

  /// One that goes on from two healthy stores, with something of its own in them.
  ///
  /// @param dataRoot what [#begin] has made, or a copy of it
  StoreHistory(Path dataRoot, long seed) throws IOException {
    this.dataRoot = dataRoot;
    this.random = new Random(seed);
    this.layers = new SampleStore(dataRoot);
    this.containerd = new ContainerdHistory(dataRoot, random, repairs);
    addImage();
    count++;
    addImage();
    containers.add(layers.container("c" + count, oneOf(images)));
  }

  /// Two healthy stores.
  static void begin(Path dataRoot) throws IOException {
    ContainerdSample.in(dataRoot);
    var store = new SampleStore(dataRoot);
    ImageId app = store.image("app:1", "base", "lib", "app");
    store.image("other:1", "base", "lib", "other");
    store.container("web", app);
  }

  /// Goes one step on, by one thing that happens or by some; what it says that they were.
  String step() {
    return Stream.generate(this::happen).limit(1 + random.nextInt(3)).collect(joining(" and "));
  }

  private String happen() {
    count++;
    int kind = random.nextInt(18);
    try {
      switch (kind) {
        case 0, 1 -> addImage();
        case 2 -> removeImage();
        case 3 -> layers.tag("again:" + count, oneOf(images));
        case 4 -> containers.add(layers.container("c" + count, oneOf(images)));
        case 5 -> layers.removeContainer(oneOf(containers));
        case 6 -> damageFile();
        case 7, 14 -> moveAway();
        case 8 -> addStray();
        case 9 -> containerd.changeRecord(count);
        case 10 -> containerd.changeSnapshot(count);
        case 11 -> exchange();
        case 12 -> containerd.publish(count);
        case 13 -> containerd.unpublish();
        default -> repair();
      }
    } catch (RuntimeException | IOException impossible) {
      // A step that the damage so far does not allow has done some of its work.
    }
    return String.valueOf(kind);
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
    Path directory =
        random.nextBoolean()
            ? dataRoot.resolve(oneOf(OBJECTS))
            : any(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS));
    Path stray = directory.resolve(oneOf(NAMES));
    if (random.nextBoolean()) {
      Files.createDirectory(stray);
    } else {
      Files.write(stray, oneOf(CONTENTS).getBytes(UTF_8));
    }
    repairs.push(() -> Files.delete(stray));
  }

  /// Gives each of two objects the name of the other.
  private void exchange() throws IOException {
    String place = oneOf(OBJECTS);
    Path one = anyBelow(place, 1, _ -> true);
    Path other = anyBelow(place, 1, path -> !path.equals(one));
    exchange(one, other);
    repairs.push(() -> exchange(one, other));
  }

  private void exchange(Path one, Path other) throws IOException {
    Path between = dataRoot.resolveSibling("between");
    Files.move(one, between);
    Files.move(other, one);
    Files.move(between, other);
  }

  private void repair() throws IOException {
    repairs.pop().take();
  }

  /// What is wanted of all that there is, or of one kind of objects.
  private Path any(Predicate<Path> wanted) throws IOException {
    return random.nextInt(3) == 0
        ? anyBelow(oneOf(ROOTS), Integer.MAX_VALUE, wanted)
        : anyBelow(oneOf(OBJECTS), 2, wanted);
  }

  private Path anyBelow(String place, int depth, Predicate<Path> wanted) throws IOException {
    Path start = dataRoot.resolve(place);
    try (Stream<Path> all = Files.walk(start, depth)) {
      return oneOf(all.filter(path -> !path.equals(start)).filter(wanted).sorted().toList());
    }
  }

  private <T> T oneOf(List<T> all) {
    return oneOf(random, all);
  }

  static <T> T oneOf(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  @Override
  public void close() throws IOException {
    containerd.close();
  }
}
