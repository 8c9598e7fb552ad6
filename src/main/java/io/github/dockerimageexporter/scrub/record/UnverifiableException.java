package io.github.dockerimageexporter.scrub.record;

import java.io.IOException;

/// Whether the layer is right cannot be told; the message says why.
public final class UnverifiableException extends IOException {
  private static final long serialVersionUID = 1L;

  public UnverifiableException(String message) {
    super(message);
  }

  /// Of a tar that leaves out what is zero: how long its files are is among their content.
  public static UnverifiableException ofSparseFiles() {
    return new UnverifiableException("its tar has sparse files, which cannot be compared");
  }
}
