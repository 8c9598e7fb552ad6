package io.github.dockerimageexporter.cli.text;

import java.util.OptionalInt;

/// Why a command cannot do its work, in one line for the user.
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /// Ends with the status that failures of the command have.
  public CommandFailure(String message) {
    this(message, 0);
  }

  public CommandFailure(String message, int status) {
    super(message);
    this.status = status;
  }

  /// The exit status; empty if it is the command's usual one.
  public OptionalInt status() {
    return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
  }
}
