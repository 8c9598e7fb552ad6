package io.github.dockerimageexporter.cli.command;

import static io.github.dockerimageexporter.cli.command.Outcome.run;
import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.golden.Golden;
import io.github.dockerimageexporter.golden.SampleRoot;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  @Test
  void checkOfAHealthyStore() throws IOException {
    SampleRoot.healthy(dataRoot);

    assertGolden(check("--no-usage"), 0, "check-healthy.txt");
  }

  @Test
  void checkOfABrokenStore() throws IOException {
    SampleRoot.broken(dataRoot);

    assertGolden(check("--no-usage"), 1, "check-broken.txt");
  }

  @Test
  void checkAsJson() throws IOException {
    SampleRoot.broken(dataRoot);

    assertGolden(check("--no-usage", "--format=json"), 1, "check-broken.json");
  }

  @Test
  void planOfABrokenStore() throws IOException {
    SampleRoot.broken(dataRoot);

    assertGolden(check("--no-usage", "--plan"), 1, "check-plan.txt");
  }

  @Test
  void aPlanIsNoJson() {
    Outcome outcome = check("--plan", "--format=json");

    assertThat(outcome.status()).isEqualTo(ExporterCommand.NOT_READ);
    assertThat(outcome.err())
        .contains("--plan prints a shell script and cannot be combined with --format=json");
  }

  @Test
  void checkMeasuresTheDirectories() {
    SampleRoot.healthy(dataRoot);

    assertThat(check().out()).containsPattern("6 directories, [0-9.]+[kM]?B on disk");
  }

  @Test
  void checkSaysWhatIsLeftBehindAndWhatIsNotRead() throws IOException {
    SampleRoot.healthy(dataRoot);
    Files.createDirectories(dataRoot.resolve("buildkit/containerd-overlayfs"));
    Files.createFile(dataRoot.resolve("image/identity-cache.db"));
    Files.createFile(dataRoot.resolve("image/notes"));

    assertThat(check().out())
        .contains(
            "\n  not in use: dockerd no longer uses this store\n\n  it still contains ",
            "\nnot read: image/notes (not a directory)\n");
  }

  @Test
  void oneOfAKindIsSingular() {
    new SampleStore(dataRoot).image("app:1", "base");

    assertThat(check("--no-usage").out()).contains("overlay2: 1 image, 1 layer, no problems");
  }

  @Test
  void checkFailsOnWhatItIsToldTo() throws IOException {
    SampleRoot.broken(dataRoot);

    assertThat(check("--no-usage", "--fail-on=unusable").status()).isZero();
    assertThat(check("--no-usage", "--fail-on=wrong_data").status()).isOne();
    assertThat(check("--no-usage", "--fail-on=waste").status()).isOne();
  }

  @Test
  void aNameWithControlCharactersIsPrintedOnOneLineWithTheirEscapes() throws IOException {
    SampleStore store = SampleRoot.healthy(dataRoot);
    Path images = dataRoot.resolve(store.layout().imageConfigs());
    Files.createFile(images.resolve("two\nlines\u001b[31m"));

    assertThat(check("--no-usage", "--check.grace=0s").out().lines())
        .contains("    where:    image/overlay2/imagedb/content/sha256/two\\nlines\\u001b[31m");
  }

  @Test
  void checkOfNothingCouldNotCheck() {
    SampleRoot.healthy(dataRoot);
    Path layers = dataRoot.resolve("image/overlay2/layerdb");

    assertThat(run("check", "--docker.root=" + layers))
        .isEqualTo(
            new Outcome(
                2,
                "%1$s: empty (part of the data root %2$s: use --docker.root=%2$s)\n"
                    .formatted(layers, dataRoot),
                ""));
  }

  @Test
  void inspectOfABrokenChain() throws IOException {
    SampleRoot.broken(dataRoot);

    assertGolden(withoutDiskBytes(inspect("tool:1")), 0, "inspect-broken.txt");
  }

  @Test
  void inspectAsJson() throws IOException {
    SampleRoot.broken(dataRoot);

    assertGolden(withoutDiskBytes(inspect("tool:1", "--format=json")), 0, "inspect-broken.json");
  }

  @Test
  void inspectFindsAnImageByEveryNameItHas() {
    SampleStore store = SampleRoot.healthy(dataRoot);
    ImageId app = store.image("other@" + diffId("x"), "base", "app");
    String hex = app.digest().hex();

    for (String name :
        List.of(
            "app:1",
            "app",
            "other@" + diffId("x"),
            app.toString(),
            hex,
            hex.substring(0, 12),
            "sha256:" + hex.substring(0, 12))) {
      assertThat(inspect(name).out()).as(name).startsWith("image:      " + app + "\n");
    }
  }

  @Test
  void inspectOfAnUnknownImageIsOneLine() {
    SampleRoot.healthy(dataRoot);

    assertThat(inspect("nothing:1"))
        .isEqualTo(
            new Outcome(
                1, "", "docker-image-exporter: nothing:1: no such image in " + dataRoot + "\n"));
  }

  @Test
  void inspectOfAnAmbiguousIdIsOneLine() {
    SampleStore store = SampleRoot.healthy(dataRoot);
    Map<String, Integer> firstDigits = new TreeMap<>();
    for (int i = 0; i < 17; i++) {
      ImageId id = store.image("more:" + i, "base", "more" + i);
      firstDigits.merge(id.digest().hex().substring(0, 1), 1, Integer::sum);
    }
    String shared =
        firstDigits.entrySet().stream()
            .filter(digit -> digit.getValue() > 1)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();

    Outcome outcome = inspect(shared);

    assertThat(outcome.status()).isOne();
    assertThat(outcome.err()).contains(": ambiguous: ").hasLineCount(1);
  }

  @Test
  void inspectShowsAMissingDirectory() throws IOException {
    SampleStore store = SampleRoot.healthy(dataRoot);
    Files.move(store.content(cacheId("base", "app")), dataRoot.resolve("gone"));

    assertThat(inspect("app:1").out()).contains("layer_directory_missing");
  }

  private Outcome check(String... flags) {
    return onRoot(List.of("check"), flags);
  }

  /// What a directory takes on disk is another figure on every kind of file system.
  private static Outcome withoutDiskBytes(Outcome outcome) {
    String out = outcome.out().replaceAll("(freeable: +|\"freeableBytes\":)[1-9][0-9]*", "$1BYTES");
    return new Outcome(outcome.status(), out, outcome.err());
  }

  private Outcome inspect(String image, String... flags) {
    return onRoot(List.of("inspect", image), flags);
  }

  private Outcome onRoot(List<String> command, String... flags) {
    var arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--docker.root=" + dataRoot, "--check.settle=50ms"));
    arguments.addAll(List.of(flags));
    return run(arguments.toArray(String[]::new));
  }

  /// What differs from run to run stands in the golden files by name.
  private void assertGolden(Outcome outcome, int status, String file) throws IOException {
    String stable =
        outcome
            .out()
            .replace(dataRoot.toString(), "DATA_ROOT")
            .replaceAll("\"checkedAt\":\"[^\"]*\"", "\"checkedAt\":\"TIME\"")
            .replaceAll("scanned at [^ \n]+", "scanned at TIME")
            .replaceAll("moved-aside-[0-9]+T[0-9]+Z", "moved-aside-TIME");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isEqualTo(status);
    Golden.assertMatches(stable, file);
  }
}
