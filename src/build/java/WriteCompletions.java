import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.cli.text.BundledText;
import io.github.dockerimageexporter.cli.text.Manual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Writes the completion scripts out of the commands and flags that there are: for bash and zsh by
/// picocli, for fish by hand.
///
/// Argument: the directory that `completion.bash`, `completion.zsh` and `completion.fish` go to.
final class WriteCompletions {
  private static final String NAME = "docker-image-exporter";

  /// Up to here picocli tells how to install its script, and sets the shell up.
  private static final String FIRST_FUNCTION = "# CompWordsContainsArray";

  /// Between the shell and picocli's functions, which know a flag and its value as two words only.
  private static final String ADAPTER =
      """

      # `--flag=value` becomes `--flag value`. Bash has split it at the sign, which is a word of its own; zsh has not, and
      # wants the flag in front of each answer.
      function _docker_image_exporter() {
        local words=() word current=0 flag= i
        for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
          word=${COMP_WORDS[i]}
          if [[ $word == --*=* ]]; then
            words+=("${word%%=*}")
            ((i == COMP_CWORD)) && flag=${word%%=*}=
            word=${word#*=}
          elif [[ $word == = && $i -gt 0 ]]; then
            ((i == COMP_CWORD)) || continue
            word=
          fi
          words+=("$word")
          ((i > COMP_CWORD)) || current=$((${#words[@]} - 1))
        done
        local COMP_WORDS=("${words[@]}") COMP_CWORD=$current
        _complete_docker-image-exporter
        local status_of_it=$?
        if [[ -n $flag ]]; then
          COMPREPLY=("${COMPREPLY[@]/#/$flag}")
        fi
        return $status_of_it
      }
      """;

  private static final String BASH_END =
      """

      complete -F _docker_image_exporter docker-image-exporter
      """;

  private static final String ZSH_BEGINNING =
      """
      #compdef docker-image-exporter
      # Completion for zsh, by its emulation of bash's.

      autoload -U +X bashcompinit && bashcompinit

      """;

  /// The file is sourced, or is the function itself that compinit calls the first time.
  private static final String ZSH_END =
      """

      complete -F _docker_image_exporter docker-image-exporter
      if [[ ${funcstack[1]:-} == _docker-image-exporter ]]; then
        _bash_complete -F _docker_image_exporter
      fi
      """;

  private WriteCompletions() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    CommandSpec program = completable();
    String script = AutoComplete.bash(NAME, program.commandLine());
    String functions =
        script.substring(
            script.indexOf(FIRST_FUNCTION), script.lastIndexOf("# Define a completion"));
    Files.writeString(
        directory.resolve("completion.bash"),
        "# Completion for bash.\n\n" + functions + ADAPTER + BASH_END);
    Files.writeString(
        directory.resolve("completion.zsh"), ZSH_BEGINNING + functions + ADAPTER + ZSH_END);
    Files.writeString(directory.resolve("completion.fish"), fish(program));
  }

  /// The commands, with what picocli's generator does not know of by itself.
  private static CommandSpec completable() {
    CommandSpec program = ExporterCommand.commandLine(Map.of()).getCommandSpec();
    List<CommandSpec> commands =
        program.subcommands().values().stream().map(CommandLine::getCommandSpec).toList();
    commands.forEach(WriteCompletions::spellOut);
    replaceArgument(
        program, "explain", List.copyOf(Manual.parse(BundledText.text("problems.md")).topics()));
    replaceArgument(program, "help", List.copyOf(program.subcommands().keySet()));
    for (OptionSpec option : program.subcommands().get("serve").getCommandSpec().options()) {
      if (program.findOption(option.longestName()) == null) {
        program.addOption(option);
      }
    }
    return program;
  }

  /// Adds the negative of a flag, and writes choices as the help does.
  private static void spellOut(CommandSpec command) {
    for (OptionSpec option : List.copyOf(command.options())) {
      if (option.negatable()) {
        command.remove(option);
        command.addOption(option.toBuilder().negatable(false).build());
        command.addOption(
            OptionSpec.builder(option.longestName().replaceFirst("--", "--no-"))
                .type(boolean.class)
                .description("Turn " + option.longestName() + " off.")
                .build());
      }
      if (option.type().isEnum()) {
        command.remove(option);
        command.addOption(option.toBuilder().completionCandidates(choices(option)).build());
      }
    }
  }

  private static List<String> choices(ArgSpec argument) {
    return Arrays.stream(argument.type().getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static void replaceArgument(CommandSpec program, String name, List<String> choices) {
    CommandSpec command = program.subcommands().get(name).getCommandSpec();
    PositionalParamSpec argument = command.positionalParameters().getFirst();
    command.remove(argument);
    command.addPositional(argument.toBuilder().completionCandidates(choices).build());
  }

  private static String fish(CommandSpec program) {
    var lines = new ArrayList<String>();
    lines.add("# Completion for fish.");
    lines.add("complete -c " + NAME + " -f");
    String any = "__fish_seen_subcommand_from " + String.join(" ", program.subcommands().keySet());
    addArguments(lines, "not " + any, program);
    program
        .subcommands()
        .forEach(
            (name, command) -> {
              CommandSpec spec = command.getCommandSpec();
              String description = quoted(spec.usageMessage().description()[0]);
              lines.add(
                  "complete -c %s -n 'not %s' -a %s -d %s".formatted(NAME, any, name, description));
              addArguments(lines, "__fish_seen_subcommand_from " + name, spec);
            });
    return String.join("\n", lines) + "\n";
  }

  private static void addArguments(List<String> lines, String condition, CommandSpec command) {
    for (OptionSpec option : command.options()) {
      lines.add(
          "complete -c %s -n '%s' %s%s -d %s"
              .formatted(NAME, condition, names(option), value(option), quoted(meaning(option))));
    }
    for (PositionalParamSpec argument : command.positionalParameters()) {
      if (argument.completionCandidates() != null) {
        lines.add(
            "complete -c %s -n '%s' -a '%s'"
                .formatted(NAME, condition, String.join(" ", argument.completionCandidates())));
      }
    }
  }

  private static String names(OptionSpec option) {
    var names = new ArrayList<String>();
    for (String name : option.names()) {
      names.add(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
    }
    return String.join(" ", names);
  }

  /// What may follow the flag: nothing, a file, one of a list, or anything.
  private static String value(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    if (option.completionCandidates() != null) {
      return " -x -a '" + String.join(" ", option.completionCandidates()) + "'";
    }
    boolean isFile = option.type() == Path.class || option.paramLabel().equals("FILE");
    return isFile ? " -r -F" : " -x";
  }

  private static String meaning(OptionSpec option) {
    return String.join(" ", option.description()).replaceFirst(" Default: .*", "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
