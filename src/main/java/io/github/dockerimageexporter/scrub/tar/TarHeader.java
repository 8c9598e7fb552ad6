package io.github.dockerimageexporter.scrub.tar;

import java.util.Map;

/// One block of a tar that describes what follows it.
///
/// | offset | bytes | field                        |     | offset | bytes | field                |
/// |--------|-------|------------------------------|-----|--------|-------|----------------------|
/// | 0      | 100   | name                         |     | 257    | 6     | `ustar`, NUL or blank |
/// | 100    | 8     | mode                         |     | 329    | 8     | major                |
/// | 108    | 8     | user                         |     | 337    | 8     | minor                |
/// | 116    | 8     | group                        |     | 345    | 155   | start of the name    |
/// | 124    | 12    | size                         |     |        |       |                      |
/// | 156    | 1     | type                         |     |        |       |                      |
/// | 157    | 100   | where a link points          |     |        |       |                      |
///
/// Numbers are octal digits, or, if the first bit is set, binary.
///
/// Source: POSIX, `pax`; GNU tar, `src/tar.h`; Go, `archive/tar`.
final class TarHeader {
  static final int SIZE = 512;
  static final String PATH = "path";
  static final String LINK_PATH = "linkpath";
  private static final String SIZE_BYTES = "size";
  private static final String USER = "uid";
  private static final String GROUP = "gid";
  private static final String SPARSE = "GNU.sparse.";
  private static final int MODE = 07777;

  private final byte[] block;

  /// @param block not copied
  TarHeader(byte[] block) {
    this.block = block;
  }

  /// What a key of an extended header is kept by: itself, or one for all of its kind; empty if it
  /// is of no matter here.
  static String key(String written) {
    return switch (written) {
      case PATH, LINK_PATH, SIZE_BYTES, USER, GROUP -> written;
      default -> written.startsWith(SPARSE) ? SPARSE : "";
    };
  }

  /// The type of a block, or `x`, `g`, `L`, `K` of one that describes the header after it.
  char typeFlag() {
    return (char) (block[156] & 0xff);
  }

  /// The length of what follows, which is padded to a multiple of a block.
  long sizeBytes() throws MalformedTarException {
    return number(124, 12);
  }

  /// The entry that it describes.
  ///
  /// @param extended what stands in its place, by the keys of an extended header
  /// @param readsPath whether it has its path
  TarEntry entry(Map<String, String> extended, boolean readsPath) throws MalformedTarException {
    TarEntry.Type type = type(extended);
    return new TarEntry(
        readsPath ? path(extended) : "",
        type,
        type.hasContent() ? number(extended, SIZE_BYTES, 124, 12) : 0,
        (int) number(100, 8) & MODE,
        number(extended, USER, 108, 8),
        number(extended, GROUP, 116, 8),
        link(extended),
        isDevice(type) ? number(329, 8) : 0,
        isDevice(type) ? number(337, 8) : 0);
  }

  private String path(Map<String, String> extended) {
    String other = extended.get(PATH);
    if (other != null) {
      return other;
    }
    String name = text(0, 100);
    boolean isPosix = text(257, 6).equals("ustar") && block[262] == 0;
    String prefix = isPosix ? text(345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private String link(Map<String, String> extended) {
    String other = extended.get(LINK_PATH);
    return other == null ? text(157, 100) : other;
  }

  private TarEntry.Type type(Map<String, String> extended) throws MalformedTarException {
    return switch (typeFlag()) {
      case '0', 0 -> regular(extended);
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMBOLIC_LINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      case 'S' -> TarEntry.Type.SPARSE;
      default ->
          throw new MalformedTarException(
              "entry of the unknown type 0x" + Integer.toHexString(typeFlag()));
    };
  }

  private TarEntry.Type regular(Map<String, String> extended) {
    if (extended.containsKey(SPARSE)) {
      return TarEntry.Type.SPARSE;
    }
    return typeFlag() == 0 && path(extended).endsWith("/")
        ? TarEntry.Type.DIRECTORY
        : TarEntry.Type.REGULAR;
  }

  private static boolean isDevice(TarEntry.Type type) {
    return type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
  }

  boolean isZero() {
    for (byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private String text(int offset, int length) {
    int end = offset;
    while (end < offset + length && block[end] != 0) {
      end++;
    }
    return TarPath.of(block, offset, end - offset);
  }

  private long number(Map<String, String> extended, String key, int offset, int length)
      throws MalformedTarException {
    String text = extended.get(key);
    if (text == null) {
      return number(offset, length);
    }
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException malformed) {
      throw new MalformedTarException("header with a malformed " + key);
    }
  }

  private long number(int offset, int length) throws MalformedTarException {
    return (block[offset] & 0x80) != 0 ? binary(offset, length) : octal(offset, length);
  }

  private long binary(int offset, int length) throws MalformedTarException {
    long value = block[offset] & 0x7f;
    for (int i = offset + 1; i < offset + length; i++) {
      if (value >>> 55 != 0) {
        throw new MalformedTarException("header with a number beyond 63 bits");
      }
      value = value << 8 | (block[i] & 0xff);
    }
    return value;
  }

  private long octal(int offset, int length) throws MalformedTarException {
    long value = 0;
    boolean ended = false;
    for (int i = offset; i < offset + length; i++) {
      int digit = block[i];
      if (digit >= '0' && digit <= '7' && !ended) {
        value = value << 3 | (digit - '0');
      } else if (digit == 0 || digit == ' ') {
        ended |= i > offset && block[i - 1] >= '0';
      } else {
        throw new MalformedTarException("header with a malformed number");
      }
    }
    return value;
  }
}
