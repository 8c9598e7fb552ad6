package io.github.dockerimageexporter.cli.command;

import static io.github.dockerimageexporter.cli.command.Outcome.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.golden.Golden;
import io.github.dockerimageexporter.golden.SampleRoot;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir private Path dataRoot;

  @Test
  void chainIdPrintsTheWorkedExample() {
    Outcome outcome =
        run(
            "chain-id",
            "sha256:d69483a6face4499acb974449d1303591fcbb5cdce5420f36f8a6607bda11854",
            "sha256:c6e7d78568ef2408bbe07a346468e2d9656611a179fa080800ac95c387cf7cbb");

    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                0,
                """
                sha256:d69483a6face4499acb974449d1303591fcbb5cdce5420f36f8a6607bda11854
                sha256:66e247e2c0cad54a614310941231238669f813bf65fd539261e64194b9446fe1
                """,
                ""));
  }

  @Test
  void chainIdNamesAMalformedDigest() {
    assertThat(run("chain-id", "sha256:xyz"))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "docker-image-exporter: expected sha256: and 64 lower-case hex digits,"
                    + " found \"sha256:xyz\"\n"));
  }

  @ParameterizedTest
  @CsvSource({"serve, 1", "inspect app, 1", "demo, 1", "healthcheck, 1", "check, 2"})
  void anUnknownFlagIsOneLine(String command, int status) {
    Outcome outcome = run((command + " --no.such.flag").split(" ", -1));

    assertThat(outcome.status()).isEqualTo(status);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("docker-image-exporter: ")
        .contains("--no.such.flag")
        .endsWith("; try --help\n")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "serve --refresh.interval=0s, must be greater than zero",
    "serve --usage.interval=0s, must be greater than zero",
    "demo --demo.interval=0ms, must be greater than zero",
    "check --check.grace=36501d, must be at most 36500d",
    "check --usage.threads=0, must be a number from 1 to 64",
    "serve --usage.threads=65, must be a number from 1 to 64",
    "serve --watch.limit=-1, must be a number from 0 to",
    "serve --collector.layer-limit=many, must be a number from 0 to",
    "check --docker.root=, must not be empty",
    "check --containerd.namespaces=*, must be names of containerd namespaces",
    "check --containerd.namespaces=, must be names of containerd namespaces",
    "serve --web.listen-address=no.such.host.invalid:1, cannot resolve host"
  })
  void aValueOutOfBoundsIsOneLineThatSaysTheBounds(String command, String bounds) {
    Outcome outcome = run(command.split(" ", -1));

    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.err())
        .startsWith("docker-image-exporter: Invalid value for option '--")
        .contains(bounds)
        .hasLineCount(1);
  }

  @Test
  void anUnknownCommandIsOneLine() {
    assertThat(run("chek"))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "docker-image-exporter: unknown command 'chek' (did you mean check?); try"
                    + " --help\n"));
  }

  @Test
  void anArgumentTooManyIsOneLine() {
    assertThat(run("check", "store"))
        .isEqualTo(
            new Outcome(2, "", "docker-image-exporter: unexpected argument 'store'; try --help\n"));
  }

  @ParameterizedTest
  @CsvSource({"chain-id --help, 1", "check --help, 2"})
  void anAnswerThatCannotBeWrittenIsAFailure(String command, int status) {
    var err = new StringWriter();

    int found =
        ExporterCommand.run(
            command.split(" ", -1),
            Map.of(),
            new PrintWriter(new FullDevice(), false, StandardCharsets.UTF_8),
            new PrintWriter(err));

    assertThat(found).isEqualTo(status);
    assertThat(err).hasToString("docker-image-exporter: cannot write to standard output\n");
  }

  private static final class FullDevice extends OutputStream {
    @Override
    public void write(int data) throws IOException {
      throw new IOException("no space left on device");
    }
  }

  @Test
  void withoutACommandFlagsAreThoseOfServe() {
    assertThat(run("--refresh.interval=soon"))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "docker-image-exporter: Invalid value for option '--refresh.interval': expected a"
                    + " duration such as 250ms, 30s, 5m, 1h, 7d or 1h30m, got \"soon\"; try"
                    + " --help\n"));
  }

  @Test
  void aFlagHasAnEnvironmentTwin() {
    SampleRoot.healthy(dataRoot);

    Outcome outcome =
        run(Map.of("DOCKER_IMAGE_EXPORTER_DOCKER_ROOT", dataRoot.toString()), "check");

    assertThat(outcome.status()).isZero();
  }

  @Test
  void anEmptyEnvironmentTwinIsNone() {
    assertThat(run(Map.of("DOCKER_IMAGE_EXPORTER_DOCKER_ROOT", ""), "check").out())
        .startsWith("/var/lib/docker: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "serve",
        "check",
        "inspect",
        "chain-id",
        "explain",
        "demo",
        "healthcheck",
        "completion",
        "help",
        "version"
      })
  void helpIsPrintedToStandardOutput(String command) throws IOException {
    Outcome outcome = command.isEmpty() ? run("--help") : run(command, "--help");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.err()).isEmpty();
    Golden.assertMatches(
        outcome.out(), "help%s.txt".formatted(command.isEmpty() ? "" : "-" + command));
  }

  @Test
  void versionIsPrintedToStandardOutput() {
    Outcome outcome = run("--version");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).startsWith("docker-image-exporter, version ");
  }
}
