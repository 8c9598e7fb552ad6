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
    return read(position, room(length));
  }

  /// The same, as many as `room` has room for, and there.
  ByteBuffer read(long position, ByteBuffer room) throws IOException {
    room.clear();
    while (room.hasRemaining()) {
      if (bytes.read(room, position + room.position()) <= 0) {
        break;
      }
    }
    return room.flip();
  }

  static ByteBuffer room(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
