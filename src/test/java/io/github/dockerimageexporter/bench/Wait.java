package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Waits that end: by what they are for, or by a message that names it.
final class Wait {
  /// Long enough for whatever comes at all.
  static final Duration LIMIT = Duration.ofMinutes(5);

  private static final Duration END = Duration.ofSeconds(30);

  interface Condition {
    boolean holds() throws IOException;
  }

  private Wait() {}

  /// Asks every `pollMillis` whether `condition` holds.
  ///
  /// @param what it is that holds then, as a sentence
  /// @throws IOException if it does not hold within `limit`
  static void until(String what, Duration limit, long pollMillis, Condition condition)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - began > limit.toNanos()) {
        throw new IOException("awaited for %d s: %s".formatted(limit.toSeconds(), what));
      }
      Thread.sleep(pollMillis);
    }
  }

  /// Asks `program` to end, and ends it if it does not.
  static void untilEnded(ProcessHandle program) {
    program.destroy();
    program.onExit().completeOnTimeout(program, END.toMillis(), TimeUnit.MILLISECONDS).join();
    if (program.isAlive()) {
      program.destroyForcibly();
      System.err.printf(
          "bin/bench: process %d did not end within %d s%n", program.pid(), END.toSeconds());
    }
  }
}
