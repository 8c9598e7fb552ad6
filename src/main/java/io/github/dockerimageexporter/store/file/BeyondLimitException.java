package io.github.dockerimageexporter.store.file;

import java.io.IOException;

/// Something that is larger than this program reads. Docker may well read it, so that nothing is
/// known of it: it is neither sound nor broken.
public final class BeyondLimitException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param message what was found and how much is read
  public BeyondLimitException(String message) {
    super(message);
  }
}
