package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.file.Path;

/// A read that met no consistent state: the writer overtook it, or the file is damaged.
///
/// A reader given to [BoltFile#read] lets this exception pass, so that the read is repeated.
public final class TornReadException extends IOException {
  private static final long serialVersionUID = 1L;

  TornReadException(String what) {
    super(what);
  }

  TornReadException(Path file, int attempts, TornReadException last) {
    super(
        file + ": no consistent state in " + attempts + " reads, last: " + last.getMessage(), last);
  }
}
