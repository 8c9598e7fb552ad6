package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.text.BundledText;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints a completion script, made of the commands and their flags when the program was built.
@Command(
    name = "completion",
    description = "Print the completion script for bash, zsh or fish.",
    footerHeading = "%nTo try it:%n",
    footer = {
      "  bash   source <(docker-image-exporter completion bash)",
      "  zsh    source <(docker-image-exporter completion zsh)",
      "  fish   docker-image-exporter completion fish | source"
    })
final class CompletionCommand implements Callable<Integer> {
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    spec.commandLine().getOut().print(BundledText.text("completion." + shell));
    return 0;
  }
}
