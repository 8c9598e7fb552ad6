package io.github.dockerimageexporter.demo;

/// The checksum of a file's content in a tar-split record: CRC-64/ISO.
///
/// Source: Go, `hash/crc64`; vbatts/tar-split, `tar/storage/getter.go`.
final class Crc64 {
  private static final long REFLECTED_POLYNOMIAL = 0xD800000000000000L;

  private Crc64() {}

  static long of(byte[] content) {
    long crc = ~0L;
    for (byte next : content) {
      crc ^= next & 0xff;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ REFLECTED_POLYNOMIAL;
      }
    }
    return ~crc;
  }
}
