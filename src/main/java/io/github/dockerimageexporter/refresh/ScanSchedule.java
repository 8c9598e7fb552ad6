package io.github.dockerimageexporter.refresh;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// Decides when the next scan is due, and why.
///
/// Scans on demand are spaced, so that whoever demands them takes a tenth of a processor at most.
///
/// Time is passed in, never read: all `now` values are nanoseconds of one [System#nanoTime] clock.
/// Used by one thread.
final class ScanSchedule {
  private static final Duration DEBOUNCE_LIMIT = Duration.ofSeconds(2);
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

  /// How many times as long as it took there is no scan on demand after a scan.
  private static final int PAUSE_FACTOR = 9;

  /// Why a scan is due.
  enum Reason {
    /// The interval is over, somebody asked, or what was read since tells of a problem.
    FULL,
    CONFIRMATION,
    CHANGE
  }

  private final Duration interval;
  private final Duration settle;
  private final Debouncer debouncer;
  private long nextFull;
  private long nextOnDemand;
  private OptionalLong nextConfirmation = OptionalLong.empty();

  /// A schedule whose first scan is due `now`.
  ///
  /// @param settle the time between a new finding and its confirmation
  /// @param debounce the quiet time that ends a burst of changes
  ScanSchedule(Duration interval, Duration settle, Duration debounce, long now) {
    this.interval = interval;
    this.settle = settle;
    this.debouncer = new Debouncer(debounce, DEBOUNCE_LIMIT);
    this.nextFull = now;
    this.nextOnDemand = now;
  }

  /// The store has changed.
  void changed(long now) {
    debouncer.event(now);
  }

  /// Calls for a full scan at once.
  void hasten(long now) {
    nextFull = now;
  }

  /// The scan that is due.
  ///
  /// @param demanded whether somebody waits for a full scan
  Optional<Reason> due(long now, boolean demanded) {
    if (now - nextFull >= 0 || (demanded && now - nextOnDemand >= 0)) {
      return Optional.of(Reason.FULL);
    }
    if (nextConfirmation.isPresent() && now - nextConfirmation.getAsLong() >= 0) {
      return Optional.of(Reason.CONFIRMATION);
    }
    return debouncer.remaining(now) <= 0 ? Optional.of(Reason.CHANGE) : Optional.empty();
  }

  /// Nanoseconds until a scan is [#due], if nothing happens until then.
  long remaining(long now, boolean demanded) {
    long scheduled = Math.min(nextFull - now, nextConfirmation.orElse(nextFull) - now);
    long onDemand = demanded ? nextOnDemand - now : scheduled;
    return Math.min(debouncer.remaining(now), Math.min(scheduled, onDemand));
  }

  /// A scan begins; it sees every change so far.
  void begin() {
    debouncer.done();
  }

  /// A scan has ended. A confirmation that is due already is not put off by scans in between.
  ///
  /// @param settled whether it found nothing that waits for a confirmation
  void end(Reason reason, Duration took, boolean settled, long now) {
    nextOnDemand =
        now + Math.max(SHORTEST_PAUSE.toNanos(), took.multipliedBy(PAUSE_FACTOR).toNanos());
    if (reason == Reason.FULL) {
      nextFull = now + interval.toNanos();
    }
    if (settled) {
      nextConfirmation = OptionalLong.empty();
    } else if (reason == Reason.CONFIRMATION || nextConfirmation.isEmpty()) {
      nextConfirmation = OptionalLong.of(now + settle.toNanos());
    }
  }
}
