package io.github.dockerimageexporter.cli.process;

import java.time.Duration;

/// Gives back the heap that scans and renderings have needed for a moment.
///
/// The serial collector lets the old generation grow up to the heap's limit before it collects it,
/// and what has once been used stays resident. So it is asked to collect once the heap has grown
/// since the last time; a process that has nothing to do does not grow.
///
/// | grown by      | collected                                                  |
/// |---------------|------------------------------------------------------------|
/// | a sixteenth   | five seconds later                                         |
/// | [#MUCH_BYTES] | after a second in which it has not grown on, at the latest |
/// |               | like that                                                  |
///
/// While it grows, most of what is new is still in use, as that of a first scan. Whether it does is
/// looked at every five seconds, so that a process at rest is not woken up for it more often.
public final class HeapTrim implements AutoCloseable {
  private static final Duration AT_REST = Duration.ofSeconds(5);
  private static final Duration GROWING = Duration.ofSeconds(1);
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
    long last = 0;
    int waited = 0;
    try {
      while (true) {
        Thread.sleep(waited == 0 ? AT_REST : GROWING);
        long now = Runtime.getRuntime().totalMemory();
        long grown = now - left;
        waited = grown > left / PART ? waited + 1 : 0;
        boolean isOver = now <= last && grown > MUCH_BYTES;
        if (isOver || waited >= PATIENCE) {
          System.gc();
          left = Runtime.getRuntime().totalMemory();
          waited = 0;
        }
        last = now;
      }
    } catch (InterruptedException closed) {
      // The daemon stops.
    }
  }
}
