package io.github.dockerimageexporter.scrub.record;

import java.io.IOException;

/// Whether the layer is right cannot be told; the message says why.
public final class UnverifiableException extends IOException {
  private static final long serialVersionUID = 1L;

  public UnverifiableException(String message) {
    super(message);
  }
}
