package io.github.dockerimageexporter.refresh.watch;

import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.logging.LogLines;
import io.github.dockerimageexporter.store.WatchedRoots;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A data root, the watcher of it, and what that told: signals, log lines, inotify watches.
final class WatchFixture implements AutoCloseable {
  private static final Pattern WATCH = Pattern.compile("^inotify wd:\\S+ ino:(\\S+) ");
  private static final List<String> FRESH =
      List.of(
          "containers",
          "overlay2",
          "image/overlay2/imagedb/content/sha256",
          "image/overlay2/imagedb/metadata/sha256",
          "image/overlay2/layerdb");

  /// The directories of a fresh store that are watched, relative to its root.
  static final List<String> FRESH_WATCHED =
      List.of(
          "",
          "containers",
          "image",
          "image/overlay2",
          "image/overlay2/imagedb",
          "image/overlay2/imagedb/content",
          "image/overlay2/imagedb/content/sha256",
          "image/overlay2/imagedb/metadata",
          "image/overlay2/imagedb/metadata/sha256",
          "image/overlay2/layerdb",
          "overlay2");

  static final String METADATA = "image/overlay2/imagedb/metadata/sha256/";
  static final String MOUNTS = "image/overlay2/layerdb/mounts/";

  final Path root;
  final AtomicInteger signals = new AtomicInteger();
  final AtomicLong nanos = new AtomicLong();
  final StoreWatcher watcher;
  private final LogLines log = LogLines.of(StoreWatcher.class);

  WatchFixture(Path root, int limit) {
    this(root, limit, () -> {});
  }

  WatchFixture(Path root, int limit, Runnable atSignal) {
    this(root, ContainerdSettings.DEFAULT, limit, atSignal);
  }

  WatchFixture(Path root, ContainerdSettings containerd, int limit, Runnable atSignal) {
    this.root = root;
    watcher =
        new StoreWatcher(
            new WatchedRoots(root, containerd)::find,
            limit,
            () -> {
              signals.incrementAndGet();
              atSignal.run();
            },
            nanos::get);
  }

  /// What the watcher has logged, with ROOT in the place of the root.
  List<String> lines() {
    return log.get().stream().map(line -> line.replace(root.toString(), "ROOT")).toList();
  }

  void clearLines() {
    log.clear();
  }

  static String hex(int number) {
    return "%064x".formatted(number);
  }

  static String layer(int number) {
    return "image/overlay2/layerdb/sha256/" + hex(number);
  }

  /// Makes what a daemon makes at its first start.
  void fresh() throws IOException {
    for (String directory : FRESH) {
      make(directory);
    }
    write("image/overlay2/repositories.json", "{}");
  }

  /// Makes an object of each kind that has a directory: a layer, an image's metadata, a mount.
  void objects() throws IOException {
    make(layer(1));
    write(layer(1) + "/diff", "sha256:" + hex(1));
    make(METADATA + hex(2));
    make(MOUNTS + "m");
  }

  /// [#FRESH_WATCHED], and more.
  static Set<String> freshWith(String... more) {
    var all = new TreeSet<>(FRESH_WATCHED);
    all.addAll(Set.of(more));
    return all;
  }

  void make(String directory) throws IOException {
    Files.createDirectories(root.resolve(directory));
  }

  void write(String file, String text) throws IOException {
    Files.writeString(root.resolve(file), text);
  }

  void rename(String from, String to) throws IOException {
    Files.move(root.resolve(from), root.resolve(to));
  }

  void delete(String path) throws IOException {
    try (Stream<Path> tree = Files.walk(root.resolve(path))) {
      for (Path each : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(each);
      }
    }
  }

  /// Scans until `condition` holds, letting the time of every pause pass.
  void superviseUntil(Callable<Boolean> condition) {
    eventually(
        () -> {
          nanos.addAndGet(Duration.ofMinutes(1).toNanos());
          watcher.supervise();
          return condition.call();
        });
  }

  void awaitSignal() {
    eventually(() -> signals.get() > 0);
  }

  static void eventually(Callable<Boolean> condition) {
    await().pollInterval(Duration.ofMillis(5)).atMost(Duration.ofSeconds(20)).until(condition);
  }

  /// The directories below the root that this process watches, relative to it.
  Set<String> watched() throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      return watched(tree.filter(Files::isDirectory).toList());
    }
  }

  /// Those of `among` that this process watches, relative to the root.
  Set<String> watched(List<Path> among) throws IOException {
    Map<Long, String> directories = new HashMap<>();
    for (Path directory : among) {
      directories.put(inode(directory), root.relativize(directory).toString());
    }
    var watched = new TreeSet<String>();
    for (long inode : watchedInodes()) {
      watched.add(directories.getOrDefault(inode, "elsewhere: " + inode));
    }
    return watched;
  }

  static int threads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().matches("store-watcher|.*WatchService.*"))
            .count();
  }

  static long inode(Path path) throws IOException {
    return (long) Files.getAttribute(path, "unix:ino");
  }

  static List<Long> watchedInodes() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fdinfo"))) {
      return descriptors
          .flatMap(WatchFixture::lines)
          .map(WATCH::matcher)
          .filter(matcher -> matcher.find())
          .map(matcher -> HexFormat.fromHexDigitsToLong(matcher.group(1)))
          .toList();
    }
  }

  private static Stream<String> lines(Path descriptor) {
    try {
      return Files.readAllLines(descriptor).stream();
    } catch (IOException | UncheckedIOException closedMeanwhile) {
      return Stream.of();
    }
  }

  @Override
  public void close() {
    watcher.close();
    log.close();
  }
}
