package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.content.background.BackgroundReader;
import io.github.dockerimageexporter.content.background.Confirmation;
import io.github.dockerimageexporter.content.background.Hidden;
import io.github.dockerimageexporter.content.background.ReadingQueue;
import io.github.dockerimageexporter.content.layer.LayerIndex;
import io.github.dockerimageexporter.content.size.SizeMismatchReader;
import io.github.dockerimageexporter.content.size.SizeMismatchReader.SizeMismatch;
import io.github.dockerimageexporter.content.size.TarSplitReader;
import io.github.dockerimageexporter.observation.MeasureTargets;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.UnitedMap;
import io.github.dockerimageexporter.persistent.Versions;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.MeasureTarget;
import io.github.dockerimageexporter.usage.UsageCache;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
  private final Map<String, StoreReads> reads = new HashMap<>();
  private final UnitedMap<TarSplitFile, Long> records = new UnitedMap<>(KeyOrder.byHash());
  private final Versions<SizeMismatch, Long> wantedMismatches = new Versions<>(KeyOrder.byHash());
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
    layers.retain(names(seen));
    usages.track(withHidden(targets, seen.isWhole()));
    walks.settle(usages::isPending);
    Readings known = known();
    probe(seen, known);
    PersistentMap<TarSplitFile, Long> found =
        records.of(
            reads.entrySet().stream()
                .collect(toMap(Map.Entry::getKey, store -> store.getValue().records())));
    PersistentMap<TarSplitFile, Long>.Editor wanted = found.edit();
    hiddenRecords
        .besides(found.keySet(), seen.isWhole(), known.tarSplits()::keySet)
        .forEach(record -> wanted.put(record, 0L));
    tarSplits.track(wanted.done());
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
    reads.keySet().retainAll(names(seen));
    Map<SizeMismatch, Long> found = new HashMap<>();
    Readings sizes = known.with(ScrubResults.NONE);
    for (ObservedStore one : seen.stores()) {
      StoreReads store = reads.computeIfAbsent(one.store().name(), _ -> new StoreReads());
      store.follow(seen.dataRoot(), one.store(), sizes.evidence(one.store()));
      store.mismatches().forEach(mismatch -> found.put(mismatch, 0L));
    }
    hiddenMismatches
        .besides(Set.copyOf(found.keySet()), seen.isWhole(), mismatches.known()::keySet)
        .forEach(mismatch -> found.put(mismatch, 0L));
    mismatches.track(wantedMismatches.next(found));
  }

  private static Set<String> names(Observation seen) {
    return seen.stores().stream().map(one -> one.store().name()).collect(toSet());
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
}
