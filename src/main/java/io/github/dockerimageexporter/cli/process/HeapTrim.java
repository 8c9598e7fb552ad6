package io.github.dockerimageexporter.cli.process;

import java.time.Duration;

/// Gives back the heap that scans and renderings have needed for a moment.
///
/// The serial collector lets the old generation grow up to the heap's limit before it collects it,
/// and what has once been used stays resident. So it is asked to collect once the heap has grown
/// since the last time; a process that has nothing to do does not grow.
///
/// | grown by      | collected within |
/// |---------------|------------------|
/// | a sixteenth   | five seconds     |
/// | [#MUCH_BYTES] | a second         |
public final class HeapTrim implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int PATIENCE = 5;
  private static final int PART = 16;
  private static final long MUCH_BYTES = 8 << 20;

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
    long left = 0;
    int waited = 0;
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        waited++;
        long grown = Runtime.getRuntime().totalMemory() - left;
        if (grown > MUCH_BYTES || (waited >= PATIENCE && grown > left / PART)) {
          System.gc();
          left = Runtime.getRuntime().totalMemory();
          waited = 0;
        }
      }
    } catch (InterruptedException closed) {
      // The daemon stops.
    }
  }
}
