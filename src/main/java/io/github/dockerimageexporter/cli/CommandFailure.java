package io.github.dockerimageexporter.cli;

import java.util.OptionalInt;

/// Why a command cannot do its work, in one line for the user.
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// Ends with the status that failures of the command have.
  CommandFailure(String message) {
    this(message, 0);
  }

  CommandFailure(String message, int status) {
    super(message);
    this.status = status;
  }

  /// The exit status; empty if it is the command's usual one.
  OptionalInt status() {
    return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
  }
}
