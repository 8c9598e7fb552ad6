package io.github.dockerimageexporter.cli;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.model.Quote;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.INegatableOptionTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

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
      DemoCommand.class,
      HealthcheckCommand.class
    })
public final class ExporterCommand {
  static final String NAME = "docker-image-exporter";
  static final int FAILED = 1;

  private static final int HELP_WIDTH = 100;
  private static final Set<String> OWN_FLAGS = Set.of("-h", "--help", "-V", "--version");

  private ExporterCommand() {}

  /// Runs `arguments` and returns the exit status.
  public static int run(
      String[] arguments, Map<String, String> environment, PrintWriter out, PrintWriter err) {
    var commandLine = new CommandLine(new ExporterCommand());
    commandLine.setOut(out).setErr(err).setUsageHelpWidth(HELP_WIDTH);
    Stream.concat(Stream.of(commandLine), commandLine.getSubcommands().values().stream())
        .forEach(ExporterCommand::addStandardOptions);
    commandLine.setDefaultValueProvider(new EnvironmentDefaults(environment));
    commandLine.registerConverter(Duration.class, new DurationConverter());
    commandLine.registerConverter(InetSocketAddress.class, new ListenAddressConverter());
    commandLine.registerConverter(Path.class, new PathConverter());
    commandLine.setNegatableOptionTransformer(new DottedFlags());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler((failure, _) -> complain(failure));
    commandLine.setExecutionExceptionHandler((failure, command, _) -> fail(failure, command));
    int status = commandLine.execute(withCommand(arguments));
    return out.checkError() ? failToPrint(commandLine) : status;
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

  private static int complain(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    String message = Quote.sentence(String.valueOf(failure.getMessage()));
    command.getErr().printf("%s: %s; try --help%n", NAME, message);
    return failureStatus(command);
  }

  private static int fail(Exception failure, CommandLine command) {
    String message = failure instanceof CommandFailure ? failure.getMessage() : failure.toString();
    command.getErr().printf("%s: %s%n", NAME, oneLine(String.valueOf(message)));
    return failureStatus(command);
  }

  /// Whoever asked for an answer must not take a part of it for the whole.
  private static int failToPrint(CommandLine commandLine) {
    commandLine.getErr().printf("%s: cannot write to standard output%n", NAME);
    return failureStatus(commandLine.getParseResult().asCommandLineList().getLast());
  }

  /// For `check`, 1 is an answer, so that its failures have a status of their own.
  private static int failureStatus(CommandLine command) {
    return command.getCommand() instanceof CheckCommand ? CheckCommand.NOT_CHECKED : FAILED;
  }

  private static String oneLine(String message) {
    return Quote.sentence(message.lines().map(String::strip).collect(joining(" ")));
  }

  /// Lets `--no-collector.layers` stand against `--collector.layers`, dots and all.
  private static final class DottedFlags implements INegatableOptionTransformer {
    private static final String FLAG = "--";
    private static final String NEGATIVE = "--no-";

    @Override
    public String makeNegative(String name, CommandSpec command) {
      return NEGATIVE + name.substring(FLAG.length());
    }

    @Override
    public String makeSynopsis(String name, CommandSpec command) {
      return "--[no-]" + name.substring(FLAG.length());
    }
  }
}
