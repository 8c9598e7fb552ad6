package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;

/// A blob is another than the one its name stands for.
public final class ChangedBlobException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Digest blob;
  private final transient Digest actual;

  ChangedBlobException(Digest blob, Digest actual) {
    super("its content has the digest " + actual);
    this.blob = blob;
    this.actual = actual;
  }

  /// Its name.
  public Digest blob() {
    return blob;
  }

  /// What its content hashes to.
  public Digest actual() {
    return actual;
  }
}
