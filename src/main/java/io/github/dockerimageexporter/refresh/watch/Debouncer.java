package io.github.dockerimageexporter.refresh.watch;

import java.time.Duration;

/// Decides when a burst of change events becomes one refresh.
///
/// A refresh is due once `quiet` has passed without an event, and at the latest `limit` after the
/// burst's first event, so that a long pull cannot hold it off for ever. Time is passed in, never
/// read: all `now` values are nanoseconds of one [System#nanoTime] clock. Not thread-safe; owned by
/// the refresh thread.
public final class Debouncer {
  private final long quiet;
  private final long limit;
  private boolean pending;
  private long first;
  private long last;

  public Debouncer(Duration quiet, Duration limit) {
    this.quiet = quiet.toNanos();
    this.limit = limit.toNanos();
  }

  public void event(long now) {
    if (!pending) {
      pending = true;
      first = now;
    }
    last = now;
  }

  /// Nanoseconds until a refresh is due: zero or less when it is due now, [Long#MAX_VALUE] when
  /// nothing is pending.
  public long remaining(long now) {
    return pending ? Math.min(last - now + quiet, first - now + limit) : Long.MAX_VALUE;
  }

  public void refreshed() {
    pending = false;
  }
}
