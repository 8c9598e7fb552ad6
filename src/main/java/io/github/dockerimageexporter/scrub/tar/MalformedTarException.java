package io.github.dockerimageexporter.scrub.tar;

import java.io.IOException;

/// The bytes are not those of a tar that is understood here.
public final class MalformedTarException extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedTarException(String message) {
    super(message);
  }
}
