package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.file.Path;

/// A read that met no consistent state: the writer overtook it, or the file is damaged.
///
/// A reader given to [BoltFile#read] lets this exception pass, so that the read is repeated.
public final class TornReadException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean overtaken;

  TornReadException(String what) {
    this(what, false);
  }

  private TornReadException(String what, boolean overtaken) {
    super(what);
    this.overtaken = overtaken;
  }

  TornReadException(Path file, int attempts, TornReadException last) {
    super(
        file + ": no consistent state in " + attempts + " reads, last: " + last.getMessage(), last);
    overtaken = last.overtaken;
  }

  static TornReadException overtaken(long read, long latest) {
    return new TornReadException("transaction %d overtook %d".formatted(latest, read), true);
  }

  /// Whether the writer has committed meanwhile, so that nothing is said of the file.
  public boolean isOvertaken() {
    return overtaken;
  }
}
