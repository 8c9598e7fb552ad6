package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.file.Path;

/// A file that is not a bbolt database this package can read; reading it again will not help.
public final class BoltFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  BoltFormatException(Path file, String found, String expected) {
    super(file + ": found " + found + ", expected " + expected);
  }
}
