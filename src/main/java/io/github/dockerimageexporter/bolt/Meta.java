package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;

/// A committed state: where its root bucket lies and how far its pages reach.
///
/// Pages 0 and 1 hold the last two states. After a page header of 16 bytes comes the body:
///
/// | offset | type | field                                     |
/// |--------|------|-------------------------------------------|
/// | 0      | u32  | magic, 0xED0CDAED                         |
/// | 4      | u32  | version, 2                                |
/// | 8      | u32  | page size                                 |
/// | 12     | u32  | flags                                     |
/// | 16     | u64  | page of the root bucket                   |
/// | 24     | u64  | sequence of the root bucket               |
/// | 32     | u64  | page of the free list                     |
/// | 40     | u64  | high-water mark: first page never used    |
/// | 48     | u64  | transaction ID                            |
/// | 56     | u64  | FNV-1a checksum of the 56 bytes before it |
///
/// Numbers stand in the writer's byte order; only little-endian files are read.
///
/// Source: bbolt, `internal/common/meta.go`.
record Meta(int pageSize, long rootPage, long highWater, long transaction) {
  private static final int BODY = 16;
  private static final int END = BODY + 64;
  private static final int MAGIC = 0xED0CDAED;
  private static final int VERSION = 2;
  private static final int MIN_PAGE_SIZE = 1 << 10;
  private static final int MAX_PAGE_SIZE = 1 << 24;

  /// The newer of the two states.
  ///
  /// @throws BoltFormatException if the file is no bbolt database of this version and byte order
  /// @throws TornReadException if neither state's checksum holds
  static Meta latest(FileBytes file) throws IOException {
    Optional<Meta> first = at(file, 0);
    Optional<Meta> second = first.isPresent() ? at(file, first.get().pageSize) : findSecond(file);
    Optional<Meta> latest =
        Stream.of(first, second)
            .flatMap(Optional::stream)
            .reduce((a, b) -> b.transaction > a.transaction ? b : a);
    if (latest.isEmpty()) {
      requireFormat(file);
      throw new TornReadException("neither meta page has a valid checksum");
    }
    return latest.get();
  }

  /// Without page 0 the page size is not known, and so neither is where page 1 lies.
  private static Optional<Meta> findSecond(FileBytes file) throws IOException {
    for (int pageSize = MIN_PAGE_SIZE; pageSize <= MAX_PAGE_SIZE; pageSize <<= 1) {
      Optional<Meta> second = at(file, pageSize);
      if (second.isPresent() && second.get().pageSize == pageSize) {
        return second;
      }
    }
    return Optional.empty();
  }

  private static Optional<Meta> at(FileBytes file, long position) throws IOException {
    ByteBuffer page = file.read(position, END);
    if (page.limit() < END
        || page.getInt(BODY) != MAGIC
        || page.getInt(BODY + 4) != VERSION
        || !isPageSize(page.getInt(BODY + 8))
        || page.getLong(BODY + 56) != checksum(page)) {
      return Optional.empty();
    }
    return Optional.of(
        new Meta(
            page.getInt(BODY + 8),
            page.getLong(BODY + 16),
            page.getLong(BODY + 40),
            page.getLong(BODY + 48)));
  }

  private static void requireFormat(FileBytes file) throws IOException {
    ByteBuffer page = file.read(0, END);
    if (page.limit() < END) {
      throw BoltFormatException.damaged(file.path(), page.limit() + " bytes", "two meta pages");
    }
    int magic = page.getInt(BODY);
    if (magic == Integer.reverseBytes(MAGIC)) {
      throw BoltFormatException.unsupported(file.path(), "big-endian numbers", "little-endian");
    }
    if (magic != MAGIC) {
      throw BoltFormatException.damaged(file.path(), "magic " + hex(magic), hex(MAGIC));
    }
    int version = page.getInt(BODY + 4);
    if (version != VERSION) {
      throw BoltFormatException.unsupported(
          file.path(), "version " + Integer.toUnsignedString(version), "version " + VERSION);
    }
    int pageSize = page.getInt(BODY + 8);
    if (!isPageSize(pageSize)) {
      throw BoltFormatException.unsupported(
          file.path(),
          "page size " + Integer.toUnsignedString(pageSize),
          "a power of two from " + MIN_PAGE_SIZE + " to " + MAX_PAGE_SIZE);
    }
  }

  private static boolean isPageSize(int bytes) {
    return bytes >= MIN_PAGE_SIZE && bytes <= MAX_PAGE_SIZE && Integer.bitCount(bytes) == 1;
  }

  private static long checksum(ByteBuffer page) {
    long hash = 0xcbf29ce484222325L;
    for (int i = BODY; i < BODY + 56; i++) {
      hash = (hash ^ (page.get(i) & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  private static String hex(int number) {
    return "0x" + Integer.toHexString(number);
  }
}
