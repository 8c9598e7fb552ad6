package io.github.dockerimageexporter.demo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;

/// Values as containerd writes them into its databases.
///
/// Source: Go, `encoding/binary` (varint.go), `time` (MarshalBinary).
final class GoBytes {
  private static final long YEAR_1_TO_EPOCH = 62_135_596_800L;

  private GoBytes() {}

  /// Zig-zag, 7 bits a byte, the lowest first.
  static byte[] size(long size) {
    return number((size << 1) ^ (size >> 63));
  }

  static byte[] number(long number) {
    var bytes = new ByteArrayOutputStream();
    long rest = number;
    while (rest >>> 7 != 0) {
      bytes.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return bytes.toByteArray();
  }

  /// In UTC.
  static byte[] time(Instant time) {
    return ByteBuffer.allocate(15)
        .put((byte) 1)
        .putLong(time.getEpochSecond() + YEAR_1_TO_EPOCH)
        .putInt(time.getNano())
        .putShort((short) -1)
        .array();
  }
}
