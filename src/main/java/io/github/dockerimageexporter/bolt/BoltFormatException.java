package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.file.Path;

/// A file that is not a bbolt database this package can read; reading it again will not help.
public final class BoltFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean damage;

  private BoltFormatException(Path file, String found, String expected, boolean damage) {
    super(file + ": found " + found + ", expected " + expected);
    this.damage = damage;
  }

  /// No bbolt could open the file.
  static BoltFormatException damaged(Path file, String found, String expected) {
    return new BoltFormatException(file, found, expected, true);
  }

  /// Another bbolt may be able to open the file.
  static BoltFormatException unsupported(Path file, String found, String expected) {
    return new BoltFormatException(file, found, expected, false);
  }

  /// Whether no bbolt could open the file.
  public boolean isDamage() {
    return damage;
  }
}
