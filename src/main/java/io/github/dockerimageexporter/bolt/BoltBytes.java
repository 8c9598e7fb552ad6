package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The bytes of a database file that somebody else has opened, and closes.
public interface BoltBytes {
  long size() throws IOException;

  /// Reads bytes from `position` on to `target`: how many, none or fewer at the end of the file.
  int read(ByteBuffer target, long position) throws IOException;
}
