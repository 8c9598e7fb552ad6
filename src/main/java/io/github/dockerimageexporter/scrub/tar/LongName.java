package io.github.dockerimageexporter.scrub.tar;

/// A name that stands before the header it is for, and comes in pieces: it ends at a NUL byte, or
/// where the pieces end.
///
/// Source: GNU tar, `src/list.c` (read_header).
final class LongName {
  private final byte[] name = new byte[TarPath.MAX_LENGTH];
  private int length;
  private boolean isEnded;

  /// Begins another one.
  void begin() {
    length = 0;
    isEnded = false;
  }

  void accept(byte[] bytes, int offset, int count) throws MalformedTarException {
    int end = offset + count;
    for (int i = offset; i < end && !isEnded; i++) {
      if (bytes[i] == 0) {
        isEnded = true;
      } else {
        TarPath.requireLength(length + 1);
        name[length++] = bytes[i];
      }
    }
  }

  String text() {
    return TarPath.of(name, 0, length);
  }
}
