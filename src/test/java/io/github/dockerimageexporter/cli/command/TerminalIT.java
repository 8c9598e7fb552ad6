package io.github.dockerimageexporter.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.golden.SampleRoot;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The distribution on a real pseudo terminal, which `script` makes.
///
/// The store is broken, so that a command waits for the settle time before it scans again.
@Requires(Requirement.SCRIPT)
@Timeout(60)
class TerminalIT {
  private static final String CONTROL_C = "\u0003";
  private static final int INTERRUPTED = 130;

  @TempDir private Path dataRoot;

  @BeforeEach
  void breakAStore() throws IOException {
    SampleRoot.broken(dataRoot);
  }

  @Test
  void aCommandThatTakesLongShowsHowFarItIsAndTakesThatAway()
      throws IOException, InterruptedException {
    String shown = onTerminal("xterm", "check --no-usage --check.settle=3s");

    assertThat(shown)
        .containsPattern("\rscanning the store, [12]s")
        .containsPattern("\r +\r" + dataRoot + ": graphdriver");
  }

  @Test
  void aTerminalThatCannotRewriteALineGetsWholeLines() throws IOException, InterruptedException {
    assertThat(onTerminal("dumb", "check --no-usage --check.settle=3s"))
        .startsWith("scanning the store, ")
        .doesNotContain("\u001b", "\r ");
  }

  @Test
  void aPipeGetsTheReportAlone() throws IOException, InterruptedException {
    Program.Outcome outcome =
        new Program(
                Map.of("TERM", "xterm"),
                List.of(
                    launcher(),
                    "check",
                    "--no-usage",
                    "--check.settle=3s",
                    "--docker.root=" + dataRoot))
            .outcome();

    assertThat(outcome.output()).startsWith(dataRoot + ": graphdriver\n");
    assertThat(outcome.complaints()).isEmpty();
  }

  @Test
  void controlCEndsItAtOnceWithWhatIsKnown() throws IOException, InterruptedException {
    Process process = start("xterm", "check --check.settle=1h");
    String shown = readUntil(process.getInputStream(), "scanning the store");
    try (OutputStream keys = process.getOutputStream()) {
      keys.write(CONTROL_C.getBytes(StandardCharsets.US_ASCII));
      keys.flush();
      shown += new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    assertThat(shown)
        .contains(dataRoot + ": graphdriver")
        .contains("interrupted while scanning again: this report is incomplete");
    assertThat(process.waitFor()).isEqualTo(INTERRUPTED);
  }

  @Test
  void helpIsInColourUnlessItIsNotToBe() throws IOException, InterruptedException {
    assertThat(onTerminal("xterm", "check --help")).contains("\u001b[1m");
    assertThat(onTerminal("dumb", "check --help")).doesNotContain("\u001b");
    assertThat(onTerminal("xterm", "NO_COLOR=1", "check --help")).doesNotContain("\u001b");
  }

  private String onTerminal(String type, String arguments)
      throws IOException, InterruptedException {
    return onTerminal(type, "", arguments);
  }

  private String onTerminal(String type, String variable, String arguments)
      throws IOException, InterruptedException {
    return new Program(Map.of("TERM", type), command(variable, arguments)).outcome().output();
  }

  private Process start(String type, String arguments) throws IOException {
    var builder = new ProcessBuilder(command("", arguments));
    builder.environment().put("TERM", type);
    return builder.start();
  }

  /// Ctrl-C is not ignored, as it is by what a script has begun in the background.
  private List<String> command(String variable, String arguments) {
    String root = arguments.endsWith("--help") ? "" : " --docker.root=" + dataRoot;
    String command = variable + " " + launcher() + " " + arguments + root;
    return List.of("env", "--default-signal=INT", "script", "-qec", command, "/dev/null");
  }

  private static String launcher() {
    return ExporterProcess.launcher().toString();
  }

  private static String readUntil(InputStream in, String text) throws IOException {
    var read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = in.read();
      assertThat(next).as("the end of the output: " + read).isNotNegative();
      read.append((char) next);
    }
    return read.toString();
  }
}
