package io.github.dockerimageexporter.posix;

import java.util.OptionalInt;

/// What is behind a descriptor that is written to.
///
/// Source: Linux, `include/uapi/asm-generic/termios.h` (struct winsize),
/// `include/uapi/asm-generic/poll.h` (struct pollfd), `fs/pipe.c` (pipe_poll).
public final class OutputDescriptor {
  private static final int COLUMNS_OFFSET = 2;
  private static final int RETURNED_EVENTS_OFFSET = 6;
  private static final int POLLERR = 8;

  private OutputDescriptor() {}

  /// The columns of the terminal behind `descriptor`, 0 if it does not say; empty if it is another
  /// kind of file.
  public static OptionalInt terminalColumns(int descriptor) {
    var scratch = Scratch.ofThread();
    int result = scratch.windowSize(descriptor);
    return result < 0
        ? OptionalInt.empty()
        : OptionalInt.of(Short.toUnsignedInt(scratch.content.getShort(COLUMNS_OFFSET)));
  }

  /// Whether `descriptor` is a pipe that nobody reads any more.
  public static boolean isClosedPipe(int descriptor) {
    var scratch = Scratch.ofThread();
    return scratch.poll(descriptor) > 0
        && (scratch.content.getShort(RETURNED_EVENTS_OFFSET) & POLLERR) != 0;
  }
}
