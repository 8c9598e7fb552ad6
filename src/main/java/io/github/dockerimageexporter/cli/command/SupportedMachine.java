package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.posix.Kernel;

/// What a command that reads a store needs of the machine.
final class SupportedMachine {
  private SupportedMachine() {}

  /// Asks before any thread does, each of which would fail by itself.
  ///
  /// @throws CommandFailure on a machine whose system calls are not known
  static void require() {
    try {
      Kernel.ofThread();
    } catch (UnsupportedOperationException unknown) {
      throw new CommandFailure(String.valueOf(unknown.getMessage()));
    }
  }
}
