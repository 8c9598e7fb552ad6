package io.github.dockerimageexporter.cli;

/// Why a command cannot do its work, in one line for the user.
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandFailure(String message) {
    super(message);
  }
}
