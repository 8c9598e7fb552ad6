package io.github.dockerimageexporter.cli.process;

import java.time.Duration;

/// When the heap is collected that has grown. It is asked once a second.
///
/// | grown by      | collected within |
/// |---------------|------------------|
/// | a sixteenth   | five seconds     |
/// | [#MUCH_BYTES] | a second         |
///
/// But not before ten times as long has gone by as the last collection took, in whole seconds: that
/// of a large heap takes a second, and what goes on changing it would cause one after the other.
final class TrimSchedule {
  private static final int PATIENCE = 5;
  private static final int PART = 16;
  private static final long MUCH_BYTES = 8 << 20;
  private static final int REST = 10;

  private long left;
  private long rest;
  private int waited;

  /// Whether it is time, one second after it was asked last.
  ///
  /// @param bytes how large the heap is
  boolean isDue(long bytes) {
    waited++;
    long grown = bytes - left;
    return waited >= rest && (grown > MUCH_BYTES || (waited >= PATIENCE && grown > left / PART));
  }

  /// Begins to wait again.
  ///
  /// @param bytes how large the heap is now
  void collected(long bytes, Duration took) {
    left = bytes;
    rest = took.multipliedBy(REST).toSeconds();
    waited = 0;
  }
}
