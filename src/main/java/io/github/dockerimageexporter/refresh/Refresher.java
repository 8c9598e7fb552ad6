package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.content.BackgroundScrub;
import io.github.dockerimageexporter.content.LayerWalks;
import io.github.dockerimageexporter.content.ReadingCache;
import io.github.dockerimageexporter.content.Readings;
import io.github.dockerimageexporter.content.hidden.ChainRecords;
import io.github.dockerimageexporter.content.hidden.HiddenBytesReader;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.refresh.ScanSchedule.Reason;
import io.github.dockerimageexporter.refresh.watch.StoreWatcher;
import io.github.dockerimageexporter.store.WatchedRoots;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.Freshness;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scans the data root when its schedule says so, and publishes what each scan learned.
///
/// | scan         | when                                   | takes for granted                  |
/// |--------------|----------------------------------------|------------------------------------|
/// | full         | each interval, and on demand           | nothing                            |
/// | confirmation | a settle time after a new finding      | nothing                            |
/// | change       | once a burst of events is over         | all that no event has told of      |
///
/// In a store too large to watch, nothing tells of edits in place: they are left to the next full
/// scan.
///
/// One thread scans; others only leave it a note and wake it. Sizes are measured beside it and
/// published as they come, without a scan.
public final class Refresher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);

  /// Several threads read, and come to an end at about the same time; to show what they have read
  /// goes through the whole store.
  private static final Duration NEWS_QUIET = Duration.ofMillis(100);

  private static final Duration NEWS_LIMIT = Duration.ofSeconds(1);

  /// A read of a disk that hangs cannot be ended.
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  /// How often to scan and measure, and when what is found counts.
  public record Settings(
      Path dataRoot,
      ContainerdSettings containerd,
      Duration interval,
      Duration debounce,
      int watchLimit,
      Duration settle,
      Duration grace,
      Duration usageInterval,
      int usageThreads,
      BackgroundScrub.Settings scrub) {}

  private final Path dataRoot;
  private final StoreScanner scanner;
  private final StoreWatcher watcher;
  private final ReadingCache readings;
  private final BackgroundScrub scrub;
  private final HiddenBytesReader hidden;
  private final InstantSource clock;
  private final ScanSchedule schedule;
  private final Thread thread = Thread.ofPlatform().daemon().name("refresh").unstarted(this::run);
  private final ObservationLog log = new ObservationLog();
  private final MeasuringLog measuring = new MeasuringLog(System.nanoTime());

  private final AtomicBoolean changed = new AtomicBoolean();
  private final AtomicBoolean measured = new AtomicBoolean();
  private final AtomicBoolean asked = new AtomicBoolean(true);
  private final Debouncer news = new Debouncer(NEWS_QUIET, NEWS_LIMIT);
  private final ThreadHealth health = new ThreadHealth();
  private volatile boolean closed;

  /// What the last scan has seen, published or not.
  private Optional<Observation> last = Optional.empty();

  private volatile Optional<Observation> latest = Optional.empty();
  private volatile ScanHistory history = ScanHistory.NONE;

  public Refresher(Settings settings, InstantSource clock) {
    this.clock = clock;
    this.dataRoot = settings.dataRoot().toAbsolutePath().normalize();
    this.scanner =
        new StoreScanner(
            settings.dataRoot(), settings.containerd(), settings.settle(), settings.grace(), clock);
    this.schedule =
        new ScanSchedule(
            settings.interval(), settings.settle(), settings.debounce(), System.nanoTime());
    this.watcher =
        new StoreWatcher(
            new WatchedRoots(settings.dataRoot(), settings.containerd())::find,
            settings.watchLimit(),
            () -> note(changed));
    var walks = new LayerWalks(clock);
    this.readings =
        new ReadingCache(
            settings.usageThreads(),
            settings.usageInterval(),
            settings.settle(),
            walks,
            true,
            () -> note(measured));
    this.scrub =
        new BackgroundScrub(
            settings.scrub(), settings.settle(), walks, clock, () -> note(measured));
    this.hidden =
        new HiddenBytesReader(
            settings.scrub().content()
                ? ChainRecords.withBlobs(scrub.paceOfOthers())
                : ChainRecords.ofTarSplits(),
            () -> note(measured));
  }

  /// Begins to watch and to scan. Returns at once.
  public void start() {
    thread.start();
  }

  /// What the latest scan and the measurements since then have learned. Empty until the first scan
  /// is over, and its confirmation if it found anything.
  public Optional<Observation> latest() {
    return latest;
  }

  public RefreshStatus status() {
    ScanHistory now = history;
    return new RefreshStatus(
        health.ailment(thread, System.nanoTime()),
        now.lastSucceeded(),
        now.lastSuccess(),
        now.lastDuration(),
        now.scans(),
        now.failures(),
        watcher.up(),
        watcher.events(),
        watcher.overflows(),
        readings.pending(),
        readings.scanned());
  }

  /// Asks for a full scan soon; however often it is asked for until then, it is one.
  public void scanNow() {
    note(asked);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(STOP_LIMIT);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    watcher.close();
    readings.close();
    scrub.close();
    hidden.close();
  }

  private void note(AtomicBoolean flag) {
    if (!flag.getAndSet(true)) {
      LockSupport.unpark(thread);
    }
  }

  /// Goes on whatever fails: what a defect, a lack of stack or of memory spoils is one scan.
  private void run() {
    attempt(watcher::start);
    while (!closed) {
      // Nobody has a reason to interrupt it, and it would not wait any more.
      var _ = Thread.interrupted();
      long now = System.nanoTime();
      if (changed.getAndSet(false)) {
        schedule.changed(now);
      }
      if (measured.getAndSet(false)) {
        news.event(now);
      }
      Optional<Reason> due = schedule.due(now, asked.get());
      if (due.isPresent()) {
        scan(due.get());
      } else if (news.remaining(now) <= 0) {
        news.done();
        latest.ifPresent(seen -> attempt(() -> showReadings(seen)));
      } else {
        LockSupport.parkNanos(this, untilDue(now));
      }
      attempt(() -> logMeasuring(now));
    }
  }

  /// Nothing is known of the directories before the first scan is published.
  private void logMeasuring(long now) {
    if (latest.isPresent()) {
      measuring.at(now, readings.pending(), readings.scanned(), readings::measuredBytes);
    }
  }

  /// Shows what was read since, and scans again if that tells of a problem.
  private void showReadings(Observation seen) {
    Readings known = known();
    last.ifPresent(stores -> readings.probe(stores, known));
    last.ifPresent(stores -> hidden.probe(stores, known));
    latest = Optional.of(withReadings(seen, known));
    if (scanner.learn(seen, known)) {
      schedule.hasten(System.nanoTime());
    }
  }

  /// Nanoseconds until there is something to do, if nothing happens until then.
  private long untilDue(long now) {
    long toSay = latest.isPresent() ? measuring.remaining(now) : Long.MAX_VALUE;
    long toDo = Math.min(schedule.remaining(now, asked.get()), news.remaining(now));
    return Math.max(1, Math.min(toDo, toSay));
  }

  /// One scan. Whatever goes wrong in it, the last good observation stays and the next scan comes.
  private void scan(Reason reason) {
    long began = System.nanoTime();
    schedule.begin();
    if (reason == Reason.FULL) {
      asked.set(false);
    }
    if (attempt(() -> observe(reason))) {
      history = history.succeeded(clock.instant(), since(began));
    } else {
      history = history.failed(since(began));
    }
    schedule.end(reason, since(began), scanner.isSettled(), System.nanoTime());
  }

  private void observe(Reason reason) {
    watcher.supervise();
    Observation seen = scanner.scan(freshness(reason), known());
    last = Optional.of(seen);
    scrub.track(seen, () -> readings.track(seen));
    hidden.track(seen, known());
    boolean canWait = latest.isEmpty() || scanner.isNewlyUnreadable();
    if (!canWait || scanner.isSettled() || reason == Reason.CONFIRMATION) {
      publish(withReadings(seen, known()));
    }
  }

  private Readings known() {
    return readings.known().with(scrub.known());
  }

  private Observation withReadings(Observation seen, Readings known) {
    Observation shown = hidden.show(scrub.show(seen.withUsages(known.usages()), known, latest));
    return latest.map(shown::sharing).orElse(shown);
  }

  /// Whether `work` came to its end. A failure is logged unless the last scan has failed too.
  private boolean attempt(Runnable work) {
    health.begin(System.nanoTime());
    try {
      work.run();
      return true;
    } catch (RuntimeException | Error failure) {
      if (history.lastSucceeded().orElse(true)) {
        LOG.error("scan failed; metrics show the last successful scan", failure);
      }
      return false;
    } finally {
      health.end();
    }
  }

  /// What was told until now is told to no other scan.
  private Freshness freshness(Reason reason) {
    Optional<Set<Path>> changes = watcher.takeChanges();
    return reason == Reason.CHANGE && changes.isPresent()
        ? Freshness.of(changes.get().stream().map(this::shown).toList())
        : Freshness.EVERY_FILE;
  }

  /// Relative to the data root, if it is below it.
  private String shown(Path path) {
    return (path.startsWith(dataRoot) ? dataRoot.relativize(path) : path).toString();
  }

  private void publish(Observation seen) {
    log.changed(latest, seen);
    latest = Optional.of(seen);
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
