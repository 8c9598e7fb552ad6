package io.github.dockerimageexporter.scrub.json;

import java.io.IOException;

/// A text is longer than is read here, whatever it holds.
public final class TooLongTextException extends IOException {
  private static final long serialVersionUID = 1L;

  TooLongTextException(int maxBytes) {
    super("has a text of more than " + maxBytes + " bytes, the limit here");
  }
}
