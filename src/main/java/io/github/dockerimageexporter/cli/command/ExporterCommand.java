package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.option.DottedFlags;
import io.github.dockerimageexporter.cli.option.DurationConverter;
import io.github.dockerimageexporter.cli.option.EnvironmentDefaults;
import io.github.dockerimageexporter.cli.option.EnvironmentHelp;
import io.github.dockerimageexporter.cli.option.ListenAddressConverter;
import io.github.dockerimageexporter.cli.option.PathConverter;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;

/// The command line as a whole: its commands, and what they have in common.
///
/// Without a command it is `serve`. A flag has an environment twin, which [EnvironmentDefaults]
/// names; a flag on the command line wins.
@Command(
    name = ExporterCommand.NAME,
    description = "Prometheus exporter for Docker's image store, read from disk.",
    subcommands = {
      ServeCommand.class,
      CheckCommand.class,
      InspectCommand.class,
      ChainIdCommand.class,
      ExplainCommand.class,
      DemoCommand.class,
      HealthcheckCommand.class,
      CompletionCommand.class,
      HelpCommand.class,
      VersionCommand.class
    })
public final class ExporterCommand {
  static final String NAME = "docker-image-exporter";
  static final int FAILED = 1;

  /// Of `check` and `inspect`, if they could not read the store.
  static final int NOT_READ = 2;

  static final int HELP_WIDTH = 100;
  private static final Set<String> OWN_FLAGS = Set.of("-h", "--help", "-V", "--version");

  private ExporterCommand() {}

  /// Runs `arguments` and returns the exit status.
  public static int run(
      String[] arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    CommandLine commandLine = commandLine(environment).setOut(out).setErr(err);
    int status = commandLine.execute(withCommand(arguments));
    return out.checkError() ? CommandErrors.failToPrint(commandLine) : status;
  }

  /// The commands and flags, ready to be parsed or described.
  public static CommandLine commandLine(Map<String, String> environment) {
    var commandLine = new CommandLine(new ExporterCommand());
    commandLine.setUsageHelpWidth(HELP_WIDTH);
    Stream.concat(Stream.of(commandLine), commandLine.getSubcommands().values().stream())
        .forEach(ExporterCommand::addStandardOptions);
    commandLine.setDefaultValueProvider(new EnvironmentDefaults(environment));
    commandLine.setHelpFactory(EnvironmentHelp::new);
    if (Objects.equals(environment.get("TERM"), "dumb")) {
      commandLine.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    }
    commandLine.registerConverter(Duration.class, new DurationConverter());
    commandLine.registerConverter(InetSocketAddress.class, new ListenAddressConverter());
    commandLine.registerConverter(Path.class, new PathConverter());
    commandLine.setNegatableOptionTransformer(new DottedFlags());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler((failure, _) -> CommandErrors.refuse(failure));
    commandLine.setExecutionExceptionHandler(
        (failure, command, _) -> CommandErrors.fail(failure, command));
    return commandLine;
  }

  private static void addStandardOptions(CommandLine command) {
    command
        .getCommandSpec()
        .mixinStandardHelpOptions(true)
        .versionProvider(new Version())
        .usageMessage()
        .abbreviateSynopsis(true)
        .sortOptions(false);
  }

  /// The arguments with the default command in front, if they begin with one of its flags.
  private static String[] withCommand(String[] arguments) {
    if (arguments.length > 0
        && (OWN_FLAGS.contains(arguments[0]) || !arguments[0].startsWith("-"))) {
      return arguments;
    }
    String[] served = new String[arguments.length + 1];
    served[0] = "serve";
    System.arraycopy(arguments, 0, served, 1, arguments.length);
    return served;
  }
}
