package io.github.dockerimageexporter.usage;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.usage.Measurement.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides which directory is measured next.
///
/// New targets come first, in the order they came in. Measured ones are due again `interval` after
/// their last measurement, spread out: between two of them lies at least half an interval, divided
/// by their number. Time is passed in, never read: all `now` values are nanoseconds of one
/// [System#nanoTime] clock. Not thread-safe.
final class MeasureQueue {
  private final long interval;
  private final Map<Path, Measurement> measurements = new HashMap<>();
  private final Set<Measurement> running = new HashSet<>();
  private final LinkedHashSet<Measurement> fresh = new LinkedHashSet<>();
  private final LinkedHashSet<Measurement> aging = new LinkedHashSet<>();
  private long nextAgingAllowed = Long.MIN_VALUE;
  private @Nullable Map<Path, DirectoryUsage> measured;

  MeasureQueue(Duration interval) {
    this.interval = interval.toNanos();
  }

  /// Makes `present` all that is measured: what is new is queued, what is gone is forgotten.
  void track(Collection<Target> present) {
    for (var target : present) {
      var known = measurements.get(target.directory());
      if (known == null || !known.target().equals(target)) {
        forget(target.directory());
        add(target);
      }
    }
    if (measurements.size() != present.size()) {
      retain(present.stream().map(Target::directory).collect(toSet()));
    }
  }

  private void add(Target target) {
    var measurement = new Measurement(target);
    measurements.put(target.directory(), measurement);
    fresh.add(measurement);
  }

  private void retain(Set<Path> present) {
    List.copyOf(measurements.keySet()).stream()
        .filter(path -> !present.contains(path))
        .forEach(this::forget);
  }

  private void forget(Path directory) {
    var forgotten = measurements.remove(directory);
    if (forgotten != null) {
      measured = null;
      fresh.remove(forgotten);
      aging.remove(forgotten);
    }
  }

  /// The next to measure; the caller is to [#finish] it.
  Optional<Measurement> take(long now) {
    if (remaining(now) > 0) {
      return Optional.empty();
    }
    Measurement next;
    if (fresh.isEmpty()) {
      nextAgingAllowed = now + interval / 2 / aging.size();
      next = aging.removeFirst();
    } else {
      next = fresh.removeFirst();
    }
    running.add(next);
    return Optional.of(next);
  }

  /// Nanoseconds until a measurement is due: zero or less when one is due now, [Long#MAX_VALUE]
  /// when none will be.
  long remaining(long now) {
    if (!fresh.isEmpty()) {
      return 0;
    }
    return aging.isEmpty()
        ? Long.MAX_VALUE
        : Math.max(aging.getFirst().due(), nextAgingAllowed) - now;
  }

  /// Takes the result of a measurement, unless its target is gone by now.
  ///
  /// @return whether anything measured has changed
  boolean finish(Measurement finished, Result result, long now) {
    running.remove(finished);
    if (measurements.get(finished.target().directory()) != finished) {
      return false;
    }
    aging.add(finished);
    boolean changed = finished.finish(result, now + interval);
    if (changed) {
      measured = null;
    }
    return changed;
  }

  /// How many are being measured, or wait for their first measurement.
  int pending() {
    return fresh.size() + running.size();
  }

  /// What is known; copied only if it is not what it was when it was last asked for.
  Map<Path, DirectoryUsage> measured() {
    Map<Path, DirectoryUsage> known = measured;
    if (known == null) {
      known = Collections.unmodifiableMap(copy());
      measured = known;
    }
    return known;
  }

  private Map<Path, DirectoryUsage> copy() {
    var copy = HashMap.<Path, DirectoryUsage>newHashMap(measurements.size());
    for (Measurement measurement : measurements.values()) {
      Optional<DirectoryUsage> usage = measurement.result().usage();
      if (usage.isPresent()) {
        copy.put(measurement.target().directory(), usage.get());
      }
    }
    return copy;
  }

  long unreadable() {
    return measurements.values().stream().mapToLong(m -> m.result().unreadable()).sum();
  }
}
