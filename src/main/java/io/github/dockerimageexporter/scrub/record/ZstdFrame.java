package io.github.dockerimageexporter.scrub.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/// The header of a zstd frame.
///
/// | bytes   | field                                                                   |
/// |---------|-------------------------------------------------------------------------|
/// | 4       | `28 b5 2f fd`                                                           |
/// | 1       | bits 6 and 7: width of the length; 5: one segment; 0 and 1: of the dictionary |
/// | 1       | the window, unless it is one segment: exponent and eighths              |
/// | 0 to 4  | dictionary                                                              |
/// | 0 to 8  | length of the content, which is the window of one segment               |
///
/// Source: RFC 8878, 3.1.1.1.
final class ZstdFrame {
  /// The longest header.
  static final int MAX_HEADER = 18;

  private static final int MAGIC = 0xfd2fb528;
  private static final int DESCRIPTOR = 4;
  private static final int ONE_SEGMENT = 0x20;
  private static final int MIN_WINDOW_LOG = 10;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};

  private ZstdFrame() {}

  /// How many bytes it takes to unpack the frame at the start of `head`; empty if there is none, or
  /// not enough of it.
  static OptionalLong windowBytes(byte[] head) {
    ByteBuffer frame = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (frame.remaining() < MAX_HEADER || frame.getInt(0) != MAGIC) {
      return OptionalLong.empty();
    }
    int descriptor = frame.get(DESCRIPTOR) & 0xff;
    if ((descriptor & ONE_SEGMENT) == 0) {
      int window = frame.get(DESCRIPTOR + 1) & 0xff;
      long base = 1L << (MIN_WINDOW_LOG + (window >> 3));
      return OptionalLong.of(base + base / 8 * (window & 7));
    }
    int at = DESCRIPTOR + 1 + DICTIONARY_BYTES[descriptor & 3];
    return OptionalLong.of(
        switch (descriptor >> 6) {
          case 0 -> frame.get(at) & 0xff;
          case 1 -> (frame.getShort(at) & 0xffff) + 256;
          case 2 -> frame.getInt(at) & 0xffff_ffffL;
          default -> frame.getLong(at);
        });
  }
}
