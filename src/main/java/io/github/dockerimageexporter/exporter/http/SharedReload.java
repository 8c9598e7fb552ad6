package io.github.dockerimageexporter.exporter.http;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// A reload, once a second at most: whoever asks for one that has not begun shares it.
final class SharedReload {
  private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

  private final BooleanSupplier action;
  private long began = System.nanoTime() - PERIOD_NANOS;
  private boolean good;

  /// @param action whether it went well
  SharedReload(BooleanSupplier action) {
    this.action = action;
  }

  /// Returns once a reload that began after this was called is over; whether it went well.
  boolean run() throws InterruptedException {
    return runAfter(System.nanoTime());
  }

  private synchronized boolean runAfter(long called) throws InterruptedException {
    if (began - called <= 0) {
      Thread.sleep(Duration.ofNanos(Math.max(0, began + PERIOD_NANOS - System.nanoTime())));
      began = System.nanoTime();
      good = action.getAsBoolean();
    }
    return good;
  }
}
