package io.github.dockerimageexporter.posix;

/// This process, or the machine, has no descriptor or no memory left for a call.
///
/// That says nothing of the file, so it is not an [java.io.IOException], which a reader takes for
/// one: whatever was being read is given up as a whole, and tried again later.
public final class ExhaustedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ExhaustedException(String path, String reason) {
    super("cannot read %s: %s".formatted(path, reason));
  }
}
