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
    int length = entries.nameLength();
    if (bytes.length - top <= length) {
      bytes = Arrays.copyOf(bytes, Math.multiplyExact(bytes.length, 2));
    }
    entries.copyName(bytes, top, length);
    top += length;
    bytes[top++] = 0;
  }

  /// Where the topmost name starts; there must be one.
  int last() {
    int start = top - 1;
    while (start > 0 && bytes[start - 1] != 0) {
      start--;
    }
    return start;
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
