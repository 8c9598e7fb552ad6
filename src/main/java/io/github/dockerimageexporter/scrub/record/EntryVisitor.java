package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.scrub.tar.TarEntry;
import java.io.IOException;

/// Is told of each piece of a layer's tar, in the order of the tar.
public interface EntryVisitor {
  /// Bytes of the tar that are no file's, where the record has them.
  default void segment(byte[] bytes, int offset, int length) throws IOException {}

  /// A file, whose content is the next piece of the tar.
  ///
  /// @param crc64 that of its content, where the record has it; else 0
  void file(TarEntry entry, long crc64) throws IOException;
}
