package io.github.dockerimageexporter.cli.command;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.cli.option.DottedFlags;
import io.github.dockerimageexporter.cli.option.NearestWord;
import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.posix.OutputDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// How a command that cannot do its work ends: one line on standard error, and an exit status.
final class CommandErrors {
  /// As a shell says it of a process that SIGPIPE has ended.
  private static final int PIPE_CLOSED = 141;

  private static final int STANDARD_OUTPUT = 1;

  private CommandErrors() {}

  /// For arguments that are not understood.
  static int refuse(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    print(command, Quote.sentence(message(failure)) + hint(failure) + "; try --help");
    return failureStatus(command);
  }

  /// For what went wrong while the command ran.
  static int fail(Exception failure, CommandLine command) {
    String message = failure instanceof CommandFailure ? failure.getMessage() : failure.toString();
    print(command, oneLine(String.valueOf(message)));
    return failure instanceof CommandFailure known && known.status().isPresent()
        ? known.status().getAsInt()
        : failureStatus(command);
  }

  /// For an answer that could not be written: a part of it must not be taken for the whole. A
  /// reader that wants no more of it, as `head` does, is told nothing.
  static int failToPrint(CommandLine root) {
    if (OutputDescriptor.isClosedPipe(STANDARD_OUTPUT)) {
      return PIPE_CLOSED;
    }
    print(root, "cannot write to standard output");
    return failureStatus(root.getParseResult().asCommandLineList().getLast());
  }

  private static void print(CommandLine command, String line) {
    command.getErr().printf("%s: %s%n", ExporterCommand.NAME, line);
  }

  /// For `check`, 1 is an answer, so that its failures have a status of their own.
  private static int failureStatus(CommandLine command) {
    return command.getCommand() instanceof CheckCommand
        ? ExporterCommand.NOT_READ
        : ExporterCommand.FAILED;
  }

  private static String oneLine(String message) {
    return Quote.sentence(message.lines().map(String::strip).collect(joining(" ")));
  }

  /// In the words of the library, but for an argument that it has no place for.
  private static String message(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      boolean isCommand = failure.getCommandLine().getParent() == null;
      return "%s '%s'"
          .formatted(
              isCommand ? "unknown command" : "unexpected argument",
              unmatched.getUnmatched().getFirst());
    }
    return String.valueOf(failure.getMessage());
  }

  /// What was meant, as far as that can be guessed.
  private static String hint(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)) {
      return "";
    }
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    String word = unmatched.getUnmatched().getFirst().replaceFirst("=.*", "");
    if (!word.startsWith("-") && command.root().subcommands().containsKey(word)) {
      return " (the command goes before its flags)";
    }
    Optional<String> nearest =
        NearestWord.to(word, word.startsWith("-") ? flags(command) : commands(command));
    return nearest.map(" (did you mean %s?)"::formatted).orElse("");
  }

  private static List<String> commands(CommandSpec command) {
    return List.copyOf(command.subcommands().keySet());
  }

  private static List<String> flags(CommandSpec command) {
    var flags = new ArrayList<String>();
    for (OptionSpec option : command.options()) {
      flags.add(option.longestName());
      if (option.negatable()) {
        flags.add(DottedFlags.negative(option.longestName()));
      }
    }
    return flags;
  }
}
