package io.github.dockerimageexporter.snapshot;

/// What reading a tar-split record to its end has shown.
public sealed interface TarSplit {

  /// A whole record.
  ///
  /// @param sizeBytes the sum of the lengths that it has for the tar's files
  record Valid(long sizeBytes) implements TarSplit {}

  /// No whole record.
  ///
  /// @param reason what was found and what was expected
  record Invalid(String reason) implements TarSplit {}

  /// It would have taken too much to read.
  record Unknown(String reason) implements TarSplit {}
}
