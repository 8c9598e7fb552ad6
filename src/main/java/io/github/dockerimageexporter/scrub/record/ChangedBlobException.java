package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;

/// A blob is another than the one its name stands for.
public final class ChangedBlobException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Digest actual;

  ChangedBlobException(Digest actual) {
    super("its content has the digest " + actual);
    this.actual = actual;
  }

  /// What its content hashes to.
  public Digest actual() {
    return actual;
  }
}
