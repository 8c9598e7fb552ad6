package io.github.dockerimageexporter.posix;

import java.nio.file.FileSystemException;

/// The name exists, but stands for something other than what belongs there.
public final class UnexpectedFileException extends FileSystemException {
  private static final long serialVersionUID = 1;

  UnexpectedFileException(String path, String found, String expected) {
    super(path, null, "found " + found + ", expected " + expected);
  }
}
