package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.VersionedMap;
import io.github.dockerimageexporter.usage.Measurement.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Decides which directory is measured next.
///
/// New targets come first, in the order they came in. Measured ones are due again `interval` after
/// their last measurement, spread out: between two of them lies at least half an interval, divided
/// by their number. One that failed, other than for a permission, is tried again after a minute,
/// and each time after twice as long, up to the interval. Time is passed in, never read: all `now`
/// values are nanoseconds of one [System#nanoTime] clock. Not thread-safe.
final class MeasureQueue {
  private static final long FIRST_PAUSE = TimeUnit.MINUTES.toNanos(1);
  private static final int MOST_DOUBLINGS = 20;

  /// A path's hash code is kept; its name would have to be made.
  private static final KeyOrder<Path> PATHS = KeyOrder.byHash();

  private final long interval;
  private final Map<Path, Measurement> measurements = new HashMap<>();
  private final Set<Measurement> running = new HashSet<>();
  private final LinkedHashSet<Measurement> fresh = new LinkedHashSet<>();
  private final LinkedHashSet<Measurement> aging = new LinkedHashSet<>();
  private final PriorityQueue<Measurement> failed =
      new PriorityQueue<>(Comparator.comparingLong(Measurement::due));
  private long nextAgingAllowed = Long.MIN_VALUE;
  private final VersionedMap<Path, DirectoryUsage> measured = new VersionedMap<>(PATHS);
  private PersistentMap<Path, MeasureTarget> targets = PersistentMap.empty(PATHS);

  MeasureQueue(Duration interval) {
    this.interval = interval.toNanos();
  }

  /// Makes `present` all that is measured: what is new is queued, what is gone is forgotten.
  void track(PersistentMap<Path, MeasureTarget> present) {
    present.changesSince(
        targets,
        (directory, _, now) -> {
          if (now == null) {
            forget(directory);
          } else {
            want(now);
          }
        });
    targets = present;
  }

  private void want(MeasureTarget target) {
    @Nullable Measurement known = measurements.get(target.directory());
    if (known == null || !known.target().covers(target)) {
      forget(target.directory());
      add(target);
    }
  }

  /// What it was last told to measure.
  PersistentMap<Path, MeasureTarget> targets() {
    return targets;
  }

  private void add(MeasureTarget target) {
    var measurement = new Measurement(target);
    measurements.put(target.directory(), measurement);
    fresh.add(measurement);
  }

  private void forget(Path directory) {
    var forgotten = measurements.remove(directory);
    if (forgotten != null) {
      measured.remove(directory);
      fresh.remove(forgotten);
      aging.remove(forgotten);
      failed.remove(forgotten);
    }
  }

  /// The next to measure; the caller is to [#finish] it.
  Optional<Measurement> take(long now) {
    if (remaining(now) > 0) {
      return Optional.empty();
    }
    Measurement next = removeNext(now);
    running.add(next);
    return Optional.of(next);
  }

  private Measurement removeNext(long now) {
    if (!fresh.isEmpty()) {
      return fresh.removeFirst();
    }
    if (untilRetry(now) <= 0) {
      return failed.remove();
    }
    nextAgingAllowed = now + interval / 2 / aging.size();
    return aging.removeFirst();
  }

  /// Nanoseconds until a measurement is due: zero or less when one is due now, [Long#MAX_VALUE]
  /// when none will be.
  long remaining(long now) {
    if (!fresh.isEmpty()) {
      return 0;
    }
    return Math.min(untilRetry(now), untilAged(now));
  }

  private long untilAged(long now) {
    return aging.isEmpty()
        ? Long.MAX_VALUE
        : Math.max(aging.getFirst().due(), nextAgingAllowed) - now;
  }

  private long untilRetry(long now) {
    return failed.isEmpty() ? Long.MAX_VALUE : failed.element().due() - now;
  }

  /// Takes the result of a measurement, unless its target is gone by now.
  ///
  /// @return whether anything measured has changed
  boolean finish(Measurement finished, Result result, long now) {
    running.remove(finished);
    if (measurements.get(finished.target().directory()) != finished) {
      return false;
    }
    long pause = result.retry() ? pause(finished.retries()) : interval;
    boolean changed = finished.finish(result, now + pause);
    (result.retry() ? failed : aging).add(finished);
    if (changed) {
      Path directory = finished.target().directory();
      result
          .usage()
          .ifPresentOrElse(
              usage -> measured.put(directory, usage), () -> measured.remove(directory));
    }
    return changed;
  }

  private long pause(int retries) {
    return Math.min(interval, FIRST_PAUSE << Math.min(retries, MOST_DOUBLINGS));
  }

  /// How many are being measured, or wait for their first measurement.
  int pending() {
    return fresh.size() + running.size();
  }

  /// Whether a directory is being measured, or waits for its first measurement.
  boolean isPending(Path directory) {
    var measurement = measurements.get(directory);
    return measurement != null && (fresh.contains(measurement) || running.contains(measurement));
  }

  /// What is known.
  PersistentMap<Path, DirectoryUsage> measured() {
    return measured.version();
  }
}
