package io.github.dockerimageexporter.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the shells themselves complete by the scripts; none of them starts the program.
class CompletionTest {
  @TempDir private Path directory;

  @Requires({Requirement.BASH, Requirement.SCRIPT})
  @ParameterizedTest
  @CsvSource({
    "chai, chain-id",
    "check --form, --format",
    "check --format=j, --format=json",
    "check --format=json --no-u, --no-usage",
    "check --fail-on wr, wrong_data",
    "explain layer_mis, layer_missing",
    "explain rep, repair",
    "completion z, zsh",
    "help expl, explain",
    "--log.level=d, --log.level=debug",
    "check --docker.root /etc/host-not-there --fail-on=wa, --fail-on=waste"
  })
  void bashCompletes(String typed, String lastWord) throws IOException, InterruptedException {
    Path settings = directory.resolve("rc");
    Files.writeString(settings, "PS1=\nsource " + script("bash") + "\n");
    Path keys = directory.resolve("keys");
    Files.writeString(keys, "docker-image-exporter() { printf '<%s>' \"${!#}\"; exit; }\n");
    Files.writeString(keys, Files.readString(keys) + "docker-image-exporter " + typed + "\t\n");

    String shown =
        new Program(
                Map.of("TERM", "dumb", "INPUTRC", "/dev/null"),
                List.of(
                    "sh",
                    "-c",
                    "script -qec 'bash --noprofile --rcfile \"$0\" -i' /dev/null <\"$1\""
                        .replace("$0", settings.toString()),
                    settings.toString(),
                    keys.toString()))
            .outcome()
            .output();

    assertThat(shown).contains("<" + lastWord + ">");
  }

  @Requires(Requirement.ZSH)
  @ParameterizedTest
  @CsvSource({
    "chai, chain-id",
    "check --form, --format",
    "check --format=j, --format=json",
    "check --fail-on wr, wrong_data",
    "explain layer_mis, layer_missing",
    "--no-collector.i, --no-collector.image-layers"
  })
  void zshCompletes(String typed, String lastWord) throws IOException, InterruptedException {
    Path functions = Files.createDirectory(directory.resolve("functions"));
    Files.move(script("zsh"), functions.resolve("_docker-image-exporter"));
    String driver =
        """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D; print re''ady"
        zpty -r shell shown '*ready*'
        zpty -w -n shell "docker-image-exporter $2"$'\\t'
        zpty -r shell shown "*$3*"
        print -r -- "$shown"
        """;

    String shown =
        Program.of(
                "timeout", "20", "zsh", "-f", "-c", driver, "zsh", functions + "", typed, lastWord)
            .run();

    assertThat(shown).contains(lastWord);
  }

  @Requires(Requirement.FISH)
  @ParameterizedTest
  @CsvSource({
    "chai, chain-id",
    "check --form, --format",
    "check --format=j, --format=json",
    "check --fail-on wr, wrong_data",
    "explain layer_mis, layer_missing",
    "completion z, zsh",
    "help expl, explain",
    "--no-collector.i, --no-collector.image-layers"
  })
  void fishCompletes(String typed, String lastWord) throws IOException, InterruptedException {
    String answers =
        new Program(
                Map.of("HOME", directory.toString()),
                List.of(
                    "fish",
                    "--no-config",
                    "-c",
                    "source $argv[1]; complete -C \"docker-image-exporter $argv[2]\"",
                    script("fish").toString(),
                    typed))
            .run();

    assertThat(answers.lines().map(line -> line.replaceFirst("\t.*", "")))
        .containsExactly(lastWord);
  }

  @Test
  void anUnknownShellIsOneLine() {
    Outcome outcome = Outcome.run("completion", "tcsh");

    assertThat(outcome.status()).isOne();
    assertThat(outcome.err())
        .startsWith("docker-image-exporter: Invalid value for positional parameter")
        .hasLineCount(1);
  }

  private Path script(String shell) throws IOException {
    Outcome printed = Outcome.run("completion", shell);
    assertThat(printed.status()).isZero();
    return Files.writeString(directory.resolve("completion." + shell), printed.out());
  }
}
