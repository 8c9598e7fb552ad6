package io.github.dockerimageexporter.cli;

import java.time.Duration;

/// Gives back the heap that scans and renderings have needed for a moment.
///
/// The serial collector lets the old generation grow up to the heap's limit before it collects it,
/// and what has once been used stays resident. So it is asked to collect as soon as the heap has
/// grown by a sixteenth since the last time; a process that has nothing to do does not grow.
final class HeapTrim implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int PART = 16;

  private final Thread thread =
      Thread.ofPlatform().daemon().name("heap-trim").unstarted(HeapTrim::run);

  private HeapTrim() {}

  static HeapTrim start() {
    var trim = new HeapTrim();
    trim.thread.start();
    return trim;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private static void run() {
    long enough = 0;
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        if (Runtime.getRuntime().totalMemory() > enough) {
          System.gc();
          long left = Runtime.getRuntime().totalMemory();
          enough = left + left / PART;
        }
      }
    } catch (InterruptedException closed) {
      // The daemon stops.
    }
  }
}
