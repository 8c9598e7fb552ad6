package io.github.dockerimageexporter.cli.process;

import java.time.Duration;

/// Gives back the heap that scans and renderings have needed for a moment.
///
/// The serial collector lets the old generation grow up to the heap's limit before it collects it,
/// and what has once been used stays resident. So it is asked to collect once the heap has grown
/// since the last time; a process that has nothing to do does not grow.
public final class HeapTrim implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Thread thread =
      Thread.ofPlatform().daemon().name("heap-trim").unstarted(HeapTrim::run);

  private HeapTrim() {}

  public static HeapTrim start() {
    var trim = new HeapTrim();
    trim.thread.start();
    return trim;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private static void run() {
    var schedule = new TrimSchedule();
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        if (schedule.isDue(Runtime.getRuntime().totalMemory())) {
          long began = System.nanoTime();
          System.gc();
          var took = Duration.ofNanos(System.nanoTime() - began);
          schedule.collected(Runtime.getRuntime().totalMemory(), took);
        }
      }
    } catch (InterruptedException closed) {
      // The daemon stops.
    }
  }
}
