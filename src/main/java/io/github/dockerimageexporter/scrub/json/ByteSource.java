package io.github.dockerimageexporter.scrub.json;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// The bytes of a stream, a buffer full at a time.
///
/// The buffer is open to the package: the loops over each byte of a record work on it themselves,
/// since C1, which compiles them, does not take a call's checks out of a loop.
final class ByteSource {
  private static final int SIZE = 64 * 1024;

  private final InputStream stream;
  final byte[] bytes = new byte[SIZE];
  int position;
  int limit;

  ByteSource(InputStream stream) {
    this.stream = stream;
  }

  /// Reads on until `count` bytes are in the buffer; false if the stream ends before.
  boolean require(int count) throws IOException {
    if (limit - position >= count) {
      return true;
    }
    System.arraycopy(bytes, position, bytes, 0, limit - position);
    limit -= position;
    position = 0;
    while (limit < count) {
      int read = stream.read(bytes, limit, SIZE - limit);
      if (read < 0) {
        return false;
      }
      limit += read;
    }
    return true;
  }

  /// The next byte, which stays the next.
  byte peek() throws IOException {
    if (position == limit && !require(1)) {
      throw new EOFException();
    }
    return bytes[position];
  }

  byte next() throws IOException {
    byte next = peek();
    position++;
    return next;
  }
}
