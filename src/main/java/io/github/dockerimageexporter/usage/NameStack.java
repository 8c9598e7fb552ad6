package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.posix.EntryBuffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Names as the kernel gave them, one on top of the other, each ended by a NUL byte.
final class NameStack {
  private static final int FIRST_CAPACITY = 8 * 1024;

  private byte[] bytes = new byte[FIRST_CAPACITY];
  private int top;

  /// Where the next name will start.
  int top() {
    return top;
  }

  void push(EntryBuffer entries) {
    if (bytes.length - top < EntryBuffer.MAX_NAME) {
      bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
    }
    top += entries.copyName(bytes, top) + 1;
  }

  /// Where the topmost name starts; there must be one.
  int last() {
    int start = top - 1;
    while (start > 0 && bytes[start - 1] != 0) {
      start--;
    }
    return start;
  }

  /// What all names lie in; another one once more of them are pushed.
  byte[] bytes() {
    return bytes;
  }

  /// Takes the name that starts at `start`, and all above it, away.
  void truncate(int start) {
    top = start;
  }

  /// Copies the topmost name, with its NUL, to the start of `target`.
  void copyLast(ByteBuffer target) {
    int start = last();
    target.put(0, bytes, start, top - start);
  }

  String text(int start) {
    int end = start;
    while (bytes[end] != 0) {
      end++;
    }
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }
}
