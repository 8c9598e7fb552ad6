package io.github.dockerimageexporter.refresh;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/// Whether a thread that works off and on still does. `now` is of [System#nanoTime].
final class ThreadHealth {
  private static final Duration LONGEST_WORK = Duration.ofMinutes(10);

  private volatile OptionalLong workingSince = OptionalLong.empty();

  void begin(long now) {
    workingSince = OptionalLong.of(now);
  }

  void end() {
    workingSince = OptionalLong.empty();
  }

  /// What is wrong with `thread`, the one that calls [#begin] and [#end].
  Optional<String> ailment(Thread thread, long now) {
    if (thread.getState() == Thread.State.TERMINATED) {
      return Optional.of("the scanning thread has ended");
    }
    OptionalLong since = workingSince;
    Duration worked = Duration.ofNanos(now - since.orElse(now));
    return worked.compareTo(LONGEST_WORK) > 0
        ? Optional.of("a scan has been running for %d minutes".formatted(worked.toMinutes()))
        : Optional.empty();
  }
}
