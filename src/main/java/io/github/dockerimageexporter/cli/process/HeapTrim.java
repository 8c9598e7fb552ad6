package io.github.dockerimageexporter.cli.process;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;

/// Gives back the heap that scans and renderings have needed for a moment.
///
/// The serial collector lets the old generation grow up to the heap's limit before it collects it,
/// and what has once been used stays resident. So it is asked to collect once the heap has grown
/// since the last time. It can only have grown with a collection of the young generation, and until
/// there is one, nothing is looked at: a process that has nothing to do is not woken up.
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
    var schedule = new TrimSchedule(System.nanoTime());
    try {
      while (true) {
        awaitCollection();
        do {
          Thread.sleep(INTERVAL);
          if (schedule.isDue(heap(), System.nanoTime())) {
            collect(schedule);
          }
        } while (schedule.hasGrown(heap()));
      }
    } catch (InterruptedException closed) {
      // The daemon stops.
    }
  }

  /// Waits until the collector has found an object that nobody holds.
  private static void awaitCollection() throws InterruptedException {
    var collected = new ReferenceQueue<>();
    var unheld = new WeakReference<>(new Object(), collected);
    try {
      collected.remove();
    } finally {
      Reference.reachabilityFence(unheld);
    }
  }

  private static void collect(TrimSchedule schedule) {
    long began = System.nanoTime();
    System.gc();
    long now = System.nanoTime();
    schedule.collected(heap(), Duration.ofNanos(now - began), now);
  }

  private static long heap() {
    return Runtime.getRuntime().totalMemory();
  }
}
