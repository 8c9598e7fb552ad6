package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// An open file, read by position only: no lock, no mapping, no shared offset.
record FileBytes(Path path, FileChannel channel) {

  long size() throws IOException {
    return channel.size();
  }

  /// The bytes at `position`, little-endian; fewer than `length` where the file ends.
  ByteBuffer read(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, position + bytes.position()) < 0) {
        break;
      }
    }
    return bytes.flip();
  }
}
