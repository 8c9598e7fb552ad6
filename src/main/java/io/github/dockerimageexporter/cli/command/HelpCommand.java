package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.option.NearestWord;
import io.github.dockerimageexporter.cli.text.CommandFailure;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints what `--help` does, for those who look for a command of that name.
@Command(name = "help", description = "Show help for a command.")
final class HelpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "COMMAND",
      description = "The command to show help for. Default: all of them")
  private Optional<String> name = Optional.empty();

  @Override
  public Integer call() {
    CommandLine program = spec.root().commandLine();
    name.map(command -> find(command, program.getSubcommands()))
        .orElse(program)
        .usage(program.getOut());
    return 0;
  }

  private static CommandLine find(String name, Map<String, CommandLine> commands) {
    CommandLine found = commands.get(name);
    if (found == null) {
      throw new CommandFailure(NearestWord.complaint("no such command", name, commands.keySet()));
    }
    return found;
  }
}
