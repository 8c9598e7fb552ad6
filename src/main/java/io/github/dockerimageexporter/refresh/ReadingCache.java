package io.github.dockerimageexporter.refresh;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.SizeChecks;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerFigures;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.model.TarSplit;
import io.github.dockerimageexporter.model.TarSplitFile;
import io.github.dockerimageexporter.usage.BackgroundReader;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.OverlayMarks;
import io.github.dockerimageexporter.usage.TarSplitReader;
import io.github.dockerimageexporter.usage.Target;
import io.github.dockerimageexporter.usage.UsageCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Reads beside the scans what takes long to read, and keeps it until it changes.
///
/// | what                     | of                                     | again when       |
/// |--------------------------|----------------------------------------|------------------|
/// | the size of a directory  | every directory of the graph driver    | each interval    |
/// | a tar-split record       | every layer                            | it has changed   |
/// | whether content is plain | layers whose size is neither of both   | never            |
///
/// Records of layers whose size is not that of their files are read first.
///
/// Used by one thread at a time.
final class ReadingCache implements AutoCloseable {
  private static final Duration NEVER_AGAIN = Duration.ofDays(36_500);

  private final UsageCache usages;
  private final BackgroundReader<TarSplitFile, TarSplit> tarSplits;
  private final BackgroundReader<Content, Boolean> contents;
  private Set<Path> complete = Set.of();

  /// @param inode tells a directory from a later one of the same name
  private record Content(Path directory, StorePath content, long inode) {}

  /// Starts the threads.
  ///
  /// @param rests whether to read no more than half of the time
  /// @param onChange told, by one of the threads, that [#known] has changed
  ReadingCache(int threads, Duration interval, boolean rests, Runnable onChange) {
    this.usages = new UsageCache(threads, interval, onChange);
    this.tarSplits = new BackgroundReader<>("tar-split", rests, TarSplitReader::read, onChange);
    this.contents =
        new BackgroundReader<>(
            "content", rests, content -> OverlayMarks.isPlain(content.content()), onChange);
  }

  /// Reads all that `seen` has, however long that takes.
  static Readings readAll(Observation seen, int threads, Progress progress)
      throws InterruptedException {
    try (var cache = new ReadingCache(threads, NEVER_AGAIN, false, () -> {})) {
      cache.track(seen);
      progress.measuring(seen.targets().size(), cache.usages::pending, cache.usages::measured);
      cache.usages.awaitIdle();
      progress.reading(cache.tarSplits.pending(), cache.tarSplits::pending);
      cache.tarSplits.awaitIdle();
      cache.probe(seen, cache.known());
      cache.contents.awaitIdle();
      return cache.known();
    }
  }

  /// Makes what `seen` has all that is read.
  void track(Observation seen) {
    List<Target> targets = seen.targets();
    usages.track(targets);
    complete = targets.stream().filter(Target::complete).map(Target::directory).collect(toSet());
    Readings known = known();
    tarSplits.track(seen.stores().stream().flatMap(one -> files(one.store(), known)).toList());
    probe(seen, known);
  }

  /// Looks into the layers whose size is neither that of their files nor that of their record.
  void probe(Observation seen, Readings known) {
    contents.track(
        seen.stores().stream()
            .map(StoreObservation::store)
            .flatMap(store -> disputed(seen.dataRoot(), store, known.figures(store)))
            .toList());
  }

  Readings known() {
    Map<Path, Boolean> plain = new HashMap<>();
    contents.known().forEach((content, isPlain) -> plain.put(content.directory(), isPlain));
    return new Readings(usages.measured(), complete, tarSplits.known(), plain);
  }

  int pending() {
    return usages.pending();
  }

  /// What the directories measured so far take.
  long measuredBytes() {
    return usages.measured().values().stream().mapToLong(DirectoryUsage::diskBytes).sum();
  }

  long scanned() {
    return usages.scanned();
  }

  @Override
  public void close() {
    usages.close();
    tarSplits.close();
    contents.close();
  }

  private static Stream<TarSplitFile> files(StoreSnapshot store, Readings known) {
    LayerFigures figures = known.figures(store);
    Set<TarSplitFile> first =
        store.layers().values().stream()
            .filter(layer -> differs(layer, figures))
            .flatMap(layer -> Stream.ofNullable(store.tarSplits().get(layer.chainId())))
            .collect(toSet());
    return Stream.concat(
        first.stream(), store.tarSplits().values().stream().filter(file -> !first.contains(file)));
  }

  private static boolean differs(Layer layer, LayerFigures figures) {
    return figures.contentBytes(layer.chainId()).orElse(layer.sizeBytes()) != layer.sizeBytes();
  }

  private static Stream<Content> disputed(
      Path dataRoot, StoreSnapshot store, LayerFigures figures) {
    List<Layer> disputed = SizeChecks.disputed(store, figures).toList();
    if (disputed.isEmpty()) {
      return Stream.empty();
    }
    Map<Path, Long> inodes = new HashMap<>();
    store.driverDirectories().forEach(each -> inodes.put(each.path(), each.inode()));
    return disputed.stream()
        .flatMap(layer -> Stream.ofNullable(store.layerDirectories().get(layer.chainId())))
        .map(
            directory ->
                new Content(
                    directory.path(),
                    new StorePath(dataRoot, directory.path().resolve("diff"), 2),
                    inodes.getOrDefault(directory.path(), 0L)));
  }
}
