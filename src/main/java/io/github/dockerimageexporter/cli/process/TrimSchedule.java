package io.github.dockerimageexporter.cli.process;

import java.time.Duration;

/// When the heap is collected that has grown.
///
/// | grown by a sixteenth, and by | collected                              |
/// |------------------------------|----------------------------------------|
/// | [#MUCH_BYTES]                | at once                                |
/// | less                         | once the last time is five seconds ago |
///
/// But not before ten times as long has gone by as the last collection took: that of a large heap
/// takes a second, and what goes on changing it would cause one after the other. Times are those of
/// [System#nanoTime].
final class TrimSchedule {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int PART = 16;
  private static final long MUCH_BYTES = 8 << 20;
  private static final int REST = 10;

  private long left;
  private long collected;
  private long restNanos;

  /// One that knows of no collection, and takes the heap for empty.
  TrimSchedule(long now) {
    collected = now;
  }

  /// Whether it is to be collected, now or later.
  ///
  /// @param bytes how large the heap is
  boolean hasGrown(long bytes) {
    return bytes - left > left / PART;
  }

  /// Whether it is time.
  ///
  /// @param bytes how large the heap is
  boolean isDue(long bytes, long now) {
    long pause = bytes - left > MUCH_BYTES ? restNanos : Math.max(restNanos, PATIENCE_NANOS);
    return hasGrown(bytes) && now - collected >= pause;
  }

  /// Begins to wait again.
  ///
  /// @param bytes how large the heap is now
  /// @param took how long the collection that has just ended
  void collected(long bytes, Duration took, long now) {
    left = bytes;
    collected = now;
    restNanos = took.multipliedBy(REST).toNanos();
  }
}
