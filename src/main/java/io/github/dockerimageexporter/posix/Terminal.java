package io.github.dockerimageexporter.posix;

import java.util.OptionalInt;

/// Whether a descriptor is a terminal, and how wide that is.
///
/// Source: Linux, `include/uapi/asm-generic/termios.h`, `struct winsize`.
public final class Terminal {
  private static final int COLUMNS_OFFSET = 2;

  private Terminal() {}

  /// The columns of the terminal behind `descriptor`, 0 if it does not say; empty if it is another
  /// kind of file.
  public static OptionalInt columns(int descriptor) {
    var scratch = Scratch.ofThread();
    int result = scratch.windowSize(descriptor);
    return result < 0
        ? OptionalInt.empty()
        : OptionalInt.of(Short.toUnsignedInt(scratch.content.getShort(COLUMNS_OFFSET)));
  }
}
