package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// An open file, read by position only: no lock, no mapping, no shared offset.
record FileBytes(Path path, BoltBytes bytes) {

  long size() throws IOException {
    return bytes.size();
  }

  /// The bytes at `position`, little-endian; fewer than `length` where the file ends.
  ByteBuffer read(long position, int length) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (read.hasRemaining()) {
      if (bytes.read(read, position + read.position()) <= 0) {
        break;
      }
    }
    return read.flip();
  }
}
