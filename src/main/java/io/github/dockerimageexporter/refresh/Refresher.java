package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.content.ReadingCache;
import io.github.dockerimageexporter.content.Readings;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.refresh.watch.Debouncer;
import io.github.dockerimageexporter.refresh.watch.StoreWatcher;
import io.github.dockerimageexporter.store.file.Freshness;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides when to scan the data root, and publishes what each scan learned.
///
/// | scan         | when                                   | takes for granted                  |
/// |--------------|----------------------------------------|------------------------------------|
/// | full         | each interval, and on demand           | nothing                            |
/// | confirmation | a settle time after a new finding      | nothing                            |
/// | change       | once a burst of events is over         | nothing, if every layer is watched |
///
/// A scan after a change in a store too large to watch takes the inside of unchanged directories
/// for granted, and leaves edits in place to the next full scan.
///
/// Scans on demand are spaced, so that whoever demands them takes a tenth of a processor at most.
///
/// One thread scans; others only leave it a note and wake it. Sizes are measured beside it and
/// published as they come, without a scan.
public final class Refresher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);
  private static final Duration DEBOUNCE_LIMIT = Duration.ofSeconds(2);
  /// A read of a disk that hangs cannot be ended.
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /// How many times as long as it took there is no scan on demand after a scan.
  private static final int PAUSE_FACTOR = 9;

  /// How often to scan and measure, and when what is found counts.
  public record Settings(
      Path dataRoot,
      Duration interval,
      Duration debounce,
      int watchLimit,
      Duration settle,
      Duration grace,
      Duration usageInterval,
      int usageThreads) {}

  private final Settings settings;
  private final StoreScanner scanner;
  private final StoreWatcher watcher;
  private final ReadingCache readings;
  private final InstantSource clock;
  private final Debouncer debouncer;
  private final Thread thread = Thread.ofPlatform().daemon().name("refresh").unstarted(this::run);
  private final ObservationLog log = new ObservationLog();
  private final MeasuringLog measuring = new MeasuringLog(System.nanoTime());

  private final AtomicBoolean changed = new AtomicBoolean();
  private final AtomicBoolean measured = new AtomicBoolean();
  private final AtomicBoolean asked = new AtomicBoolean(true);
  private final ThreadHealth health = new ThreadHealth();
  private volatile boolean closed;

  private volatile Optional<Observation> latest = Optional.empty();
  private volatile Outcome outcome = Outcome.NONE;
  private boolean unreported;
  private long nextFull;
  private long nextOnDemand;
  private OptionalLong nextConfirmation = OptionalLong.empty();

  /// Why a scan is due.
  private enum Reason {
    INTERVAL,
    CONFIRMATION,
    CHANGE
  }

  /// How the scans have gone so far.
  private record Outcome(
      Optional<Boolean> lastSucceeded,
      Optional<Instant> lastSuccess,
      Optional<Duration> lastDuration,
      long scans,
      long failures) {
    static final Outcome NONE =
        new Outcome(Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);

    Outcome succeeded(Instant at, Duration took) {
      return new Outcome(
          Optional.of(true), Optional.of(at), Optional.of(took), scans + 1, failures);
    }

    Outcome failed(Duration took) {
      return new Outcome(
          Optional.of(false), lastSuccess, Optional.of(took), scans + 1, failures + 1);
    }
  }

  public Refresher(Settings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.scanner =
        new StoreScanner(settings.dataRoot(), settings.settle(), settings.grace(), clock);
    this.debouncer = new Debouncer(settings.debounce(), DEBOUNCE_LIMIT);
    this.watcher =
        new StoreWatcher(settings.dataRoot(), settings.watchLimit(), () -> note(changed));
    this.readings =
        new ReadingCache(
            settings.usageThreads(),
            settings.usageInterval(),
            settings.settle(),
            true,
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
    Outcome now = outcome;
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
        debouncer.event(now);
      }
      Optional<Reason> due = due(now);
      if (due.isPresent()) {
        scan(due.get());
      } else if (measured.getAndSet(false)) {
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
    Readings known = readings.known();
    readings.probe(seen, known);
    latest = Optional.of(seen.withUsages(known.usages()));
    unreported = seen.stores().stream().anyMatch(store -> StoreScanner.hasUnreported(store, known));
  }

  private Optional<Reason> due(long now) {
    boolean demanded = asked.get() && now - nextOnDemand >= 0;
    if (unreported || demanded || now - nextFull >= 0) {
      return Optional.of(Reason.INTERVAL);
    }
    if (nextConfirmation.isPresent() && now - nextConfirmation.getAsLong() >= 0) {
      return Optional.of(Reason.CONFIRMATION);
    }
    return debouncer.remaining(now) <= 0 ? Optional.of(Reason.CHANGE) : Optional.empty();
  }

  private long untilDue(long now) {
    long scheduled = Math.min(nextFull - now, nextConfirmation.orElse(nextFull) - now);
    long demanded = asked.get() ? nextOnDemand - now : scheduled;
    long told = latest.isPresent() ? measuring.remaining(now) : scheduled;
    long planned = Math.min(scheduled, Math.min(demanded, told));
    return Math.max(1, Math.min(debouncer.remaining(now), planned));
  }

  /// One scan. Whatever goes wrong in it, the last good observation stays and the next scan comes.
  private void scan(Reason reason) {
    long began = System.nanoTime();
    debouncer.refreshed();
    if (reason == Reason.INTERVAL) {
      unreported = false;
      asked.set(false);
    }
    if (attempt(() -> observe(reason))) {
      outcome = outcome.succeeded(clock.instant(), since(began));
    } else {
      outcome = outcome.failed(since(began));
    }
    schedule(reason, since(began));
  }

  private void observe(Reason reason) {
    watcher.supervise();
    Observation seen = scanner.scan(freshness(reason), readings.known());
    readings.track(seen);
    boolean canWait = latest.isEmpty() || scanner.isNewlyUnreadable();
    if (!canWait || scanner.isSettled() || reason == Reason.CONFIRMATION) {
      publish(seen.withUsages(readings.known().usages()));
    }
  }

  /// Whether `work` came to its end. A failure is logged unless the last scan has failed too.
  private boolean attempt(Runnable work) {
    health.begin(System.nanoTime());
    try {
      work.run();
      return true;
    } catch (RuntimeException | Error failure) {
      if (outcome.lastSucceeded().orElse(true)) {
        LOG.error("scan failed; metrics show the last successful scan", failure);
      }
      return false;
    } finally {
      health.end();
    }
  }

  private Freshness freshness(Reason reason) {
    return reason == Reason.CHANGE && !watcher.watchesLayers()
        ? Freshness.CHANGED_DIRECTORIES
        : Freshness.EVERY_FILE;
  }

  /// A confirmation that is due already is not put off by scans in between.
  private void schedule(Reason last, Duration took) {
    long now = System.nanoTime();
    nextOnDemand =
        now + Math.max(SHORTEST_PAUSE.toNanos(), took.multipliedBy(PAUSE_FACTOR).toNanos());
    if (last == Reason.INTERVAL) {
      nextFull = now + settings.interval().toNanos();
    }
    if (scanner.isSettled()) {
      nextConfirmation = OptionalLong.empty();
    } else if (last == Reason.CONFIRMATION || nextConfirmation.isEmpty()) {
      nextConfirmation = OptionalLong.of(now + settings.settle().toNanos());
    }
  }

  private void publish(Observation seen) {
    log.changed(latest, seen);
    latest = Optional.of(seen);
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
