package io.github.dockerimageexporter.soak;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What a thread of its own does again and again, with a pause in between, until this is closed.
final class Routine implements AutoCloseable {
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Duration pause;
  private final Step step;

  /// What is done each time.
  @FunctionalInterface
  interface Step {
    void run() throws InterruptedException;
  }

  Routine(Duration pause, Step step) {
    this.pause = pause;
    this.step = step;
  }

  void start() {
    thread.execute(this::run);
  }

  @Override
  public void close() {
    thread.shutdownNow();
    thread.close();
  }

  private void run() {
    try {
      while (true) {
        step.run();
        Thread.sleep(pause);
      }
    } catch (InterruptedException closing) {
      // That is how this ends.
    }
  }
}
