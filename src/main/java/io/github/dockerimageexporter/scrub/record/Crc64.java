package io.github.dockerimageexporter.scrub.record;

/// The checksum that a tar-split record has of each file: CRC-64 of ISO 3309.
///
/// Source: Go, `hash/crc64` (ISO), which vbatts/tar-split uses.
public final class Crc64 {
  private static final long POLYNOMIAL = 0xd800000000000000L;
  private static final long[] TABLE = table();

  private long state = ~0L;

  private static long[] table() {
    var table = new long[256];
    for (int i = 0; i < table.length; i++) {
      long value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) == 1 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
      }
      table[i] = value;
    }
    return table;
  }

  /// Of all of `content`.
  public static long of(byte[] content) {
    var crc = new Crc64();
    crc.update(content, content.length);
    return crc.value();
  }

  public void update(byte[] bytes, int length) {
    long next = state;
    for (int i = 0; i < length; i++) {
      next = TABLE[(int) (next ^ bytes[i]) & 0xff] ^ next >>> 8;
    }
    state = next;
  }

  public long value() {
    return ~state;
  }
}
