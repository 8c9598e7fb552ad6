package io.github.dockerimageexporter.scrub.json;

import java.io.IOException;

/// What was read is not the JSON that was expected.
public final class MalformedJsonException extends IOException {
  private static final long serialVersionUID = 1L;

  MalformedJsonException(String message) {
    super(message);
  }
}
