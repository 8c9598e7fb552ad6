package io.github.dockerimageexporter.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.golden.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How a command line ended that was run in this process.
record Outcome(int status, String out, String err) {

  static Outcome run(String... arguments) {
    return run(Map.of(), arguments);
  }

  static Outcome run(Map<String, String> environment, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status =
        ExporterCommand.run(arguments, environment, new PrintWriter(out), new PrintWriter(err));
    return new Outcome(status, out.toString(), err.toString());
  }

  /// Of a command about the store at `dataRoot`, that finds out soon.
  static Outcome onRoot(Path dataRoot, List<String> command, String... flags) {
    var arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--docker.root=" + dataRoot, "--check.settle=50ms"));
    arguments.addAll(List.of(flags));
    return run(arguments.toArray(String[]::new));
  }

  /// What differs from run to run stands in the golden files by name.
  void assertGolden(Path dataRoot, int expectedStatus, String file) throws IOException {
    String stable =
        out.replace(dataRoot.toString(), "DATA_ROOT")
            .replaceAll("\"checkedAt\":\"[^\"]*\"", "\"checkedAt\":\"TIME\"")
            .replaceAll("scanned at [^ \n]+", "scanned at TIME")
            .replaceAll("moved-aside-[0-9]+T[0-9]+Z", "moved-aside-TIME");
    assertThat(err).isEmpty();
    assertThat(status).isEqualTo(expectedStatus);
    Golden.assertMatches(stable, file);
  }
}
