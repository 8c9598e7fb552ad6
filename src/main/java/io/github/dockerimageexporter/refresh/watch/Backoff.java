package io.github.dockerimageexporter.refresh.watch;

import java.time.Duration;

/// Decides when an attempt may be made again: at once after a [#reset], else after a pause that
/// doubles with every attempt up to `longest`.
///
/// Time is passed in, never read: all `now` values are nanoseconds of one [System#nanoTime] clock.
final class Backoff {
  private final long shortest;
  private final long longest;
  private long pause;
  private long attempted;

  Backoff(Duration shortest, Duration longest) {
    this.shortest = shortest.toNanos();
    this.longest = longest.toNanos();
  }

  boolean isDue(long now) {
    return now - attempted >= pause || pause == 0;
  }

  void attempt(long now) {
    attempted = now;
    pause = pause == 0 ? shortest : Math.min(2 * pause, longest);
  }

  void reset() {
    pause = 0;
  }
}
