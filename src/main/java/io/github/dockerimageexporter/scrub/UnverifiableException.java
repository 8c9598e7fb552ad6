package io.github.dockerimageexporter.scrub;

import java.io.IOException;

/// Whether the layer is right cannot be told; the message says why.
final class UnverifiableException extends IOException {
  private static final long serialVersionUID = 1L;

  UnverifiableException(String message) {
    super(message);
  }
}
