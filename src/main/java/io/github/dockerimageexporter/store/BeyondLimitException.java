package io.github.dockerimageexporter.store;

import java.io.IOException;

/// Something that is larger than this program reads. Docker may well read it, so that nothing is
/// known of it: it is neither sound nor broken.
final class BeyondLimitException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param message what was found and how much is read
  BeyondLimitException(String message) {
    super(message);
  }
}
