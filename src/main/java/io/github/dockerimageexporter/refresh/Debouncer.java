package io.github.dockerimageexporter.refresh;

import java.time.Duration;

/// Decides when a burst of events becomes one piece of work: of changes a scan, of what is read
/// beside the scans a look at all of it.
///
/// The work is due once `quiet` has passed without an event, and at the latest `limit` after the
/// burst's first event, so that a long pull cannot hold it off for ever. Time is passed in, never
/// read: all `now` values are nanoseconds of one [System#nanoTime] clock. Used by one
/// thread.
final class Debouncer {
  private final long quiet;
  private final long limit;
  private boolean pending;
  private long first;
  private long last;

  Debouncer(Duration quiet, Duration limit) {
    this.quiet = quiet.toNanos();
    this.limit = limit.toNanos();
  }

  void event(long now) {
    if (!pending) {
      pending = true;
      first = now;
    }
    last = now;
  }

  /// Nanoseconds until the work is due: zero or less when it is due now, [Long#MAX_VALUE] when
  /// nothing is pending.
  long remaining(long now) {
    return pending ? Math.min(last - now + quiet, first - now + limit) : Long.MAX_VALUE;
  }

  void done() {
    pending = false;
  }
}
