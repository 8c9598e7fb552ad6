package io.github.dockerimageexporter.refresh;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.SharedChecks;
import io.github.dockerimageexporter.check.containerd.ContainerdAdvice;
import io.github.dockerimageexporter.check.containerd.ContainerdChecks;
import io.github.dockerimageexporter.check.graphdriver.GraphDriverChecks;
import io.github.dockerimageexporter.content.ReadingCache;
import io.github.dockerimageexporter.content.Readings;
import io.github.dockerimageexporter.content.ScrubReader;
import io.github.dockerimageexporter.content.ScrubScope;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.observation.ScrubCount;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.persistent.Derivations;
import io.github.dockerimageexporter.snapshot.DataRootSnapshot;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.Freshness;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/// Scans a data root: reads its stores, checks them, and reports what a second scan confirms.
/// Used by one thread at a time.
public final class StoreScanner {
  private static final Checker CHECKER =
      new Checker(
          List.of(SharedChecks.ALL, GraphDriverChecks.ALL, ContainerdChecks.ALL),
          List.of(ContainerdAdvice.ADVICE));

  /// A store in which somebody writes all the time is not read for ever.
  private static final int MOST_REPEATS = 5;

  /// Longer than a state is like a later one, where the file system keeps fractions of a second.
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Path dataRoot;
  private final StoreReader reader;
  private final Duration settle;
  private final Duration grace;
  private final InstantSource clock;
  private final ScanProgress progress = new ScanProgress();
  private Map<String, FollowedStore> followed = Map.of();
  private Set<String> unreadable = Set.of();
  private boolean newlyUnreadable;

  /// @param settle the time between two scans that makes a problem real
  /// @param grace the age before waste counts
  public StoreScanner(Path dataRoot, Duration settle, Duration grace, InstantSource clock) {
    this(dataRoot, ContainerdSettings.DEFAULT, settle, grace, clock);
  }

  /// @param containerd what of containerd is read
  public StoreScanner(
      Path dataRoot,
      ContainerdSettings containerd,
      Duration settle,
      Duration grace,
      InstantSource clock) {
    this.dataRoot = dataRoot;
    this.reader = new StoreReader(dataRoot, containerd);
    this.settle = settle;
    this.grace = grace;
    this.clock = clock;
  }

  /// How far it is; to be read by any thread.
  public ScanProgress progress() {
    return progress;
  }

  /// One scan. What it finds for the first time is not in the report yet.
  public Observation scan(Freshness freshness) {
    return scan(freshness, Readings.none());
  }

  /// One scan, with what has been read and measured beside the scans.
  Observation scan(Freshness freshness, Readings readings) {
    var checkedAt = clock.instant();
    long began = System.nanoTime();
    DataRootSnapshot root = reader.read(freshness);
    long ended = System.nanoTime();
    var scanned = new HashMap<String, FollowedStore>();
    Instant wasteUntil = checkedAt.minus(grace);
    List<ObservedStore> stores =
        root.stores().stream()
            .map(
                store ->
                    check(store, readings, scanned, wasteUntil, freshness.isFull(), began, ended))
            .toList();
    followed = scanned;
    Set<String> unread = unreadable(stores);
    newlyUnreadable = !unreadable.containsAll(unread);
    unreadable = unread;
    return new Observation(
        dataRoot, root.state(), root.detail(), checkedAt, stores, root.notRead());
  }

  /// Scans, and if that finds anything, scans once more after the time that makes it count.
  public Observation scanTwice() throws InterruptedException {
    return scanTwice(Readings.none());
  }

  /// The same; then reads and measures all that was found, however long that takes, and scans again
  /// for what that may tell. What changed meanwhile, or so shortly before the first scan that its
  /// state could not be told from a later one, is read again.
  public Observation scanAndMeasure(int threads) throws InterruptedException {
    try (var cache = ReadingCache.forOneCheck(threads, settle)) {
      Supplied last = scanAndRead(seen -> cache.readAll(seen, progress), Readings::cover);
      return last.seen().withUsages(last.readings().usages());
    }
  }

  /// The same, and scrubs layers.
  public Observation scanAndScrub(int threads, ScrubScope scope) throws InterruptedException {
    try (var cache = ReadingCache.forOneCheck(threads, settle);
        var scrub = ScrubReader.once(scope, settle)) {
      Supplied last =
          scanAndRead(
              seen -> scrub(seen, scope, scrub, cache.readAll(seen, progress)),
              (readings, seen) -> readings.cover(seen) && scrub.covers(seen));
      return withScrub(last.seen(), scope, last.readings()).withUsages(last.readings().usages());
    }
  }

  private Readings scrub(Observation seen, ScrubScope scope, ScrubReader scrub, Readings readings)
      throws InterruptedException {
    progress.scrubbing(
        scrub.track(seen),
        scrub::pending,
        scrub::bytesRead,
        () -> withContent(seen, scope, readings.with(scrub.known())));
    scrub.awaitIdle();
    return readings.with(scrub.known());
  }

  /// Reads what takes long.
  private interface Reading {
    Readings of(Observation seen) throws InterruptedException;
  }

  /// What a scan has found, and what was read for it.
  private record Supplied(Observation seen, Readings readings) {}

  private Supplied scanAndRead(Reading reading, BiPredicate<Readings, Observation> covers)
      throws InterruptedException {
    Readings readings = reading.of(scanTwice(Readings.none()));
    Observation seen = scanTwice(readings);
    for (int again = 0; again < MOST_REPEATS && !covers.test(readings, seen); again++) {
      Thread.sleep(PAUSE);
      readings = reading.of(seen);
      seen = scanTwice(readings);
    }
    return new Supplied(seen, readings);
  }

  private Observation scanTwice(Readings readings) throws InterruptedException {
    progress.scanning();
    Observation seen = scan(Freshness.EVERY_FILE, readings);
    progress.scanned(seen);
    if (!isSettled()) {
      Thread.sleep(settle);
      seen = scan(Freshness.EVERY_FILE, readings);
      progress.scanned(seen);
    }
    return seen;
  }

  /// Whether the last scan found nothing that still waits for its second.
  boolean isSettled() {
    return !newlyUnreadable
        && followed.values().stream().allMatch(store -> store.scan().isSettled());
  }

  /// Whether the last scan could not read or understand what the one before it could, or did not
  /// meet: a record that is being written or removed is so for a moment.
  boolean isNewlyUnreadable() {
    return newlyUnreadable;
  }

  private static Set<String> unreadable(List<ObservedStore> stores) {
    return stores.stream()
        .flatMap(store -> store.store().unreadable().reasons().keySet().stream())
        .collect(toSet());
  }

  private ObservedStore check(
      StoreSnapshot read,
      Readings readings,
      Map<String, FollowedStore> scanned,
      Instant wasteUntil,
      boolean isFull,
      long began,
      long ended) {
    FollowedStore kept = followedAs(read.name());
    scanned.put(read.name(), kept);
    StoreSnapshot store = read.withUnreadable(kept.unreadable().of(read, readings.evidence(read)));
    LayerGraph graph = kept.graphs().of(store);
    Set<Problem> known = Set.copyOf(kept.scan().confirmed());
    var context =
        CheckContext.of(graph, readings.evidence(store), wasteUntil, known, kept.derivations());
    List<Problem> problems =
        kept.scan().confirm(CHECKER.check(store, context), isFull, began, ended);
    return ObservedStore.of(
        store.withOrphans(orphans(problems)), graph, CHECKER.report(store, context, problems));
  }

  private FollowedStore followedAs(String store) {
    FollowedStore kept = followed.get(store);
    return kept == null ? FollowedStore.begin(settle) : kept;
  }

  /// Takes in what was read since the last scan, for all that follows it: else the next scan would
  /// go through every layer that was read, for whatever change it comes.
  ///
  /// @return whether it tells of a problem that the report of what was `seen` does not
  boolean learn(Observation seen, Readings readings) {
    boolean unreported = false;
    for (ObservedStore observed : seen.stores()) {
      unreported |= learn(observed, readings);
    }
    return unreported;
  }

  private boolean learn(ObservedStore observed, Readings readings) {
    FollowedStore kept = followedAs(observed.store().name());
    CheckContext context = contextOf(observed, readings, kept.derivations());
    var _ = kept.unreadable().of(observed.store(), context.evidence());
    var _ = CHECKER.heldBack(observed.store(), context, context.found());
    return CHECKER.check(observed.store(), Basis.CONTENT, context).findAny().isPresent();
  }

  /// What was `seen`, with what `readings` tell besides.
  private static Observation withContent(Observation seen, ScrubScope scope, Readings readings) {
    return withScrub(seen.with(one -> withContent(one, readings)), scope, readings);
  }

  private static ObservedStore withContent(ObservedStore observed, Readings readings) {
    CheckContext context = contextOf(observed, readings, new Derivations());
    List<Problem> problems =
        Stream.concat(
                context.found().stream(), CHECKER.check(observed.store(), Basis.CONTENT, context))
            .toList();
    return ObservedStore.of(
        observed.store(), observed.graph(), CHECKER.report(observed.store(), context, problems));
  }

  private static CheckContext contextOf(
      ObservedStore observed, Readings readings, Derivations derivations) {
    List<Problem> reported = observed.report().findings().stream().map(Finding::problem).toList();
    LayerEvidence evidence = readings.evidence(observed.store());
    return CheckContext.of(observed.graph(), evidence, Instant.MIN, Set.of(), derivations)
        .after(reported);
  }

  private static Observation withScrub(Observation seen, ScrubScope scope, Readings readings) {
    return seen.with(
        one ->
            one.withScrub(
                ScrubState.of(
                    new ScrubCount(scope.depth())
                        .of(one.store(), readings.evidence(one.store()), Set.of()))));
  }

  private Set<Path> orphans(List<Problem> problems) {
    return problems.stream()
        .filter(Problem.OrphanDirectory.class::isInstance)
        .map(orphan -> dataRoot.resolve(orphan.path()))
        .collect(toSet());
  }
}
