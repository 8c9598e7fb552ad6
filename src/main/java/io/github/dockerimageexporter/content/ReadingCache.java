package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.content.SizeMismatchReader.SizeMismatch;
import io.github.dockerimageexporter.content.background.BackgroundReader;
import io.github.dockerimageexporter.content.background.Confirmation;
import io.github.dockerimageexporter.content.background.Hidden;
import io.github.dockerimageexporter.content.background.ReadingQueue;
import io.github.dockerimageexporter.content.layer.LayerIndex;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.observation.MeasureTargets;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.MeasureTarget;
import io.github.dockerimageexporter.usage.UsageCache;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// Reads beside the scans what takes long to read, and keeps it until it changes.
///
/// | what                     | of                                     | again when       |
/// |--------------------------|----------------------------------------|------------------|
/// | the size of a directory  | every directory of the store           | each interval    |
/// | a tar-split record       | every layer                            | it has changed   |
/// |                          | (by [LayerWalks] if it can be)         |                  |
/// | both, and overlay marks  | layers whose size is neither of both   | either was       |
///
/// A reading that tells of harm is read from the disk again, a settle time later, and counts only
/// if that gives the same: what failed in passing is no evidence.
///
/// Records of layers whose size is not that of their files are read first.
///
/// Used by one thread at a time.
public final class ReadingCache implements AutoCloseable {
  private final LayerWalks walks;
  private final UsageCache usages;
  private final BackgroundReader<TarSplitFile, TarSplit> tarSplits;
  private final BackgroundReader<SizeMismatch, Boolean> mismatches;
  private final Hidden<MeasureTarget> hiddenDirectories = new Hidden<>(MeasureTarget::directory);
  private final Hidden<TarSplitFile> hiddenRecords = new Hidden<>(TarSplitFile::path);
  private final Hidden<SizeMismatch> hiddenMismatches = new Hidden<>(SizeMismatch::directory);
  private final MeasureTargets measureTargets = new MeasureTargets();
  private final LayerIndex layers = new LayerIndex();
  private PersistentMap<Path, MeasureTarget> targets = PersistentMap.empty(Keys.PATHS);

  /// Starts the threads.
  ///
  /// @param settle the time between two readings that makes harm real
  /// @param walks what the threads that measure learn besides
  /// @param rests whether to read no more than half of the time
  /// @param onChange told, by one of the threads, that [#known] has changed
  public ReadingCache(
      int threads,
      Duration interval,
      Duration settle,
      LayerWalks walks,
      boolean rests,
      Runnable onChange) {
    this.walks = walks;
    this.usages = new UsageCache(threads, interval, walks::measuring, onChange);
    this.tarSplits =
        new BackgroundReader<>(
            "tar-split",
            Kernel::yieldPriority,
            rests,
            this::tarSplit,
            new ReadingQueue<>(new Confirmation<>(TarSplit.Invalid.class::isInstance, settle)),
            onChange);
    this.mismatches =
        new BackgroundReader<>(
            "content",
            Kernel::yieldPriority,
            rests,
            new SizeMismatchReader()::isConfirmed,
            new ReadingQueue<>(new Confirmation<>(Boolean::booleanValue, settle)),
            onChange);
  }

  /// One for a caller that waits for what it reads; nothing is measured twice.
  public static ReadingCache forOneCheck(int threads, Duration settle) {
    return new ReadingCache(
        threads,
        UsageCache.NEVER_AGAIN,
        settle,
        new LayerWalks(InstantSource.system()),
        false,
        () -> {});
  }

  /// By the thread that reads records.
  private Optional<TarSplit> tarSplit(TarSplitFile record) {
    try {
      return walks.fetch(record).or(() -> TarSplitReader.read(record));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// Reads all that `seen` has and that is not known yet, however long that takes.
  public Readings readAll(Observation seen, ScanProgress progress) throws InterruptedException {
    track(seen);
    progress.measuring(targets.size(), usages::pending, usages::measured);
    usages.awaitIdle();
    progress.reading(tarSplits.pending(), tarSplits::pending);
    tarSplits.awaitIdle();
    probe(seen, known());
    mismatches.awaitIdle();
    return known();
  }

  /// Makes what `seen` has all that is read.
  public void track(Observation seen) {
    targets = measureTargets.of(seen);
    layers.retain(seen.stores().stream().map(one -> one.store().name()).collect(toSet()));
    usages.track(withHidden(targets, seen.isWhole()));
    walks.settle(usages::isPending);
    Readings known = known();
    tarSplits.track(
        hiddenRecords.and(
            seen.stores().stream().flatMap(one -> files(one.store(), known)).toList(),
            seen.isWhole(),
            known.tarSplits()::keySet));
    probe(seen, known);
  }

  private PersistentMap<Path, MeasureTarget> withHidden(
      PersistentMap<Path, MeasureTarget> found, boolean isWhole) {
    PersistentMap<Path, MeasureTarget>.Editor all = found.edit();
    for (MeasureTarget hidden :
        hiddenDirectories.besides(found.values(), isWhole, () -> usages.targets().values())) {
      all.put(hidden.directory(), hidden);
    }
    return all.done();
  }

  /// Looks into the layers whose size is neither that of their files nor that of their record.
  public void probe(Observation seen, Readings known) {
    mismatches.track(
        hiddenMismatches.and(
            seen.stores().stream()
                .map(ObservedStore::store)
                .flatMap(store -> mismatches(seen.dataRoot(), store, known.evidence(store)))
                .toList(),
            seen.isWhole(),
            mismatches.known()::keySet));
  }

  public Readings known() {
    Map<Path, SizeMismatch> confirmed = new HashMap<>();
    mismatches
        .known()
        .forEach(
            (mismatch, isConfirmed) -> {
              if (isConfirmed) {
                confirmed.put(mismatch.directory().path(), mismatch);
              }
            });
    return new Readings(
        usages.measured(), targets, tarSplits.known(), confirmed, ScrubResults.NONE, layers);
  }

  public int pending() {
    return usages.pending();
  }

  /// What the directories measured so far take.
  public long measuredBytes() {
    return usages.measured().values().stream().mapToLong(DirectoryUsage::diskBytes).sum();
  }

  public long scanned() {
    return usages.scanned();
  }

  @Override
  public void close() {
    usages.close();
    tarSplits.close();
    mismatches.close();
  }

  private static Stream<TarSplitFile> files(StoreSnapshot store, Readings known) {
    LayerEvidence evidence = known.evidence(store);
    Set<TarSplitFile> first =
        store.layers().values().stream()
            .filter(layer -> differs(layer, evidence))
            .flatMap(layer -> Stream.ofNullable(store.tarSplits().get(layer.chainId())))
            .collect(toSet());
    return Stream.concat(
        first.stream(), store.tarSplits().values().stream().filter(file -> !first.contains(file)));
  }

  private static boolean differs(Layer layer, LayerEvidence evidence) {
    return evidence.contentBytes(layer.chainId()).orElse(layer.sizeBytes()) != layer.sizeBytes();
  }

  private static Stream<SizeMismatch> mismatches(
      Path dataRoot, StoreSnapshot store, LayerEvidence evidence) {
    List<Layer> mismatches =
        store.layers().values().stream().filter(evidence::disputesSizeOf).toList();
    if (mismatches.isEmpty()) {
      return Stream.empty();
    }
    return mismatches.stream()
        .flatMap(layer -> mismatch(dataRoot, layer.chainId(), store, evidence).stream());
  }

  private static Optional<SizeMismatch> mismatch(
      Path dataRoot, ChainId layer, StoreSnapshot store, LayerEvidence evidence) {
    LayerDirectory home = store.layerDirectories().get(layer);
    StoreDirectory directory = home == null ? null : store.directories().get(home.path());
    TarSplitFile record = store.tarSplits().get(layer);
    Optional<TarSplit> tarSplit = evidence.tarSplit(layer);
    OptionalLong contentBytes = evidence.contentBytes(layer);
    return directory == null || record == null || tarSplit.isEmpty() || contentBytes.isEmpty()
        ? Optional.empty()
        : directory
            .content()
            .map(
                content ->
                    new SizeMismatch(
                        new StorePath(dataRoot, directory.path(), 1),
                        content,
                        directory.inode(),
                        contentBytes.getAsLong(),
                        record,
                        tarSplit.get()));
  }
}
