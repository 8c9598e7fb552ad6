package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Program.Outcome;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How the packaged exporter starts, lives through the loss of its data root, and ends.
class LifecycleIT {
  @TempDir private Path directory;
  private Path dataRoot;

  @BeforeEach
  void nameTheRoot() {
    dataRoot = directory.resolve("root");
  }

  @Test
  void signalToStopEndsItCleanlyAndSoon() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    var exporter = serve();

    exporter.handle().destroy();

    assertThat(exporter.handle().onExit()).succeedsWithin(Duration.ofSeconds(5));
    exporter.close();
    assertThat(exporter.log().lines().filter(line -> line.contains("stop")))
        .map(line -> line.substring(line.indexOf("msg=")))
        .containsExactly("msg=\"stopping\"", "msg=\"stopped\"");
  }

  @Test
  void firstLineSaysWhatRunsOverWhatAndWhere() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    try (var exporter = serve()) {
      assertThat(messages(exporter.log()).getFirst())
          .matches(
              "\"listening\" version=[0-9.]+\\S* data_root=%s state=graphdriver drivers=overlay2 port=%d"
                  .formatted(Pattern.quote(dataRoot.toString()), exporter.port()));
    }
  }

  @Test
  void logInJsonIsAnObjectALine() throws IOException {
    ExporterProcess exporter = serve("--log.format=json");
    exporter.close();

    assertThat(exporter.log().lines().map(LifecycleIT::fields))
        .isNotEmpty()
        .allSatisfy(fields -> assertThat(fields).startsWith("ts", "level", "logger", "msg"));
  }

  @Test
  void warningsComeOnceHoweverOftenIsScannedAndScraped() throws IOException, InterruptedException {
    try (var exporter = serve()) {
      await("some scans")
          .until(() -> exporter.metrics().value("docker_image_exporter_refreshes_total") >= 5);

      assertThat(messages(exporter.log()))
          .anyMatch(
              message ->
                  message.startsWith(
                      "\"data root state changed\" data_root=%s state=missing detail=\"no such directory"
                          .formatted(dataRoot)))
          .doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--refresh.interval=soon, soon",
    "--web.telemetry-path=metrics, \"metrics\"",
    "--web.telemetry-path=/-/ready, \"/-/ready\"",
    "--web.config.file=/proc/self, /proc/self: ",
    "--collector.layer-limit=-1, -1",
    "--log.format=xml, xml"
  })
  void flagThatIsNotGoodIsOneLineThatQuotesItAndStatusOne(String flag, String quoted)
      throws IOException, InterruptedException {
    Outcome outcome = run("--web.listen-address=127.0.0.1:0", flag);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.complaints())
        .hasLineCount(1)
        .startsWith("docker-image-exporter: ")
        .contains(quoted)
        .doesNotContain("Exception");
  }

  @Test
  void portThatIsTakenIsOneLineAndStatusOne() throws IOException, InterruptedException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();

      assertThat(run("--web.listen-address=" + address, "--docker.root=" + directory))
          .isEqualTo(
              new Outcome(
                  1,
                  "",
                  "docker-image-exporter: cannot listen on "
                      + address
                      + ": Address already in use"));
    }
  }

  @Test
  void demoLeavesNothingBehind() throws IOException {
    var launch =
        List.of(
            "env",
            "JAVA_OPTS=-Djava.io.tmpdir=" + directory,
            ExporterProcess.launcher().toString(),
            "demo");
    Path log = directory.resolve("exporter.log");

    try (var _ = ExporterProcess.start(log, launch)) {
      assertThat(directory).isDirectoryContaining("glob:**/docker-image-exporter-demo-*");
    }

    assertThat(directory).isDirectoryNotContaining("glob:**/docker-image-exporter-demo-*");
  }

  @Test
  void demoThatTheDiskDoesNotTakeIsOneLineAndLeavesNothingBehind()
      throws IOException, InterruptedException {
    String command = "ulimit -f 2; exec %s demo".formatted(ExporterProcess.launcher());
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    var environment = Map.of("JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);

    assertThat(new Program(environment, List.of("sh", "-c", command)).outcome())
        .isEqualTo(
            new Outcome(
                1,
                "",
                "docker-image-exporter: cannot create a sample store in %s: File too large"
                    .formatted(temporary)));
    assertThat(temporary).isEmptyDirectory();
  }

  /// As in the container image, which has no other locale.
  @Test
  void nameThatTheLocaleCannotExpressIsUnreadableAndNothingElse()
      throws IOException, InterruptedException {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    Program.of("sh", "-c", "mkdir \"$0/$(printf '\\303\\274')\"", dataRoot + "/overlay2").run();

    Outcome outcome = checkUnder(Map.of("LC_ALL", "C"));

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output())
        .contains("no problems", "unreadable: overlay2/")
        .contains("locale");
  }

  @Test
  void directoryTooLargeForTheHeapIsUnreadableAndSaysWhatToDo()
      throws IOException, InterruptedException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
    Path layers = dataRoot.resolve(store.layout().layers());
    for (int i = 0; i < 6_000; i++) {
      Files.createFile(layers.resolve("entry" + i));
    }

    Outcome outcome = checkUnder(Map.of("JAVA_OPTS", "-Xmx20m"));

    assertThat(outcome.output())
        .containsPattern(
            "unreadable: %s \\(more than \\d+ entries, too many for the heap: raise -Xmx\\)"
                .formatted(store.layout().layers()))
        .contains("no problems");
    assertThat(outcome.complaints()).isEmpty();
  }

  @Test
  void answerThatCannotBeWrittenIsAFailure() throws IOException, InterruptedException {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    String command =
        "%s check --docker.root=%s >/dev/full".formatted(ExporterProcess.launcher(), dataRoot);

    assertThat(Program.of("sh", "-c", command).outcome())
        .isEqualTo(new Outcome(2, "", "docker-image-exporter: cannot write to standard output"));
  }

  @Test
  void readerThatWantsNoMoreIsNoFailure() throws IOException, InterruptedException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
    String command =
        "{ %s check --docker.root=%s; echo $? >&2; } | true"
            .formatted(ExporterProcess.launcher(), dataRoot);

    assertThat(Program.of("sh", "-c", command).outcome()).isEqualTo(new Outcome(0, "", "141"));
  }

  @Test
  void flagThatIsUnknownIsOneLineAndStatusOne() throws IOException, InterruptedException {
    assertThat(run("--nonesuch"))
        .isEqualTo(
            new Outcome(1, "", "docker-image-exporter: Unknown option: '--nonesuch'; try --help"));
  }

  @Test
  void versionIsPrintedToStandardOutput() throws IOException, InterruptedException {
    Outcome outcome = run("--version");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.output())
        .matches("docker-image-exporter, version [0-9]+(\\.[0-9]+){2} \\(revision .+, java .+\\)");
    assertThat(outcome.complaints()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "serve", "check", "inspect", "chain-id", "demo", "healthcheck"})
  void helpIsPrintedToStandardOutput(String command) throws IOException, InterruptedException {
    Outcome outcome = command.isEmpty() ? run("--help") : run(command, "--help");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.output()).startsWith(("Usage: docker-image-exporter " + command).strip());
    assertThat(outcome.complaints()).isEmpty();
  }

  @Test
  void healthcheckAgreesWithARunningExporterOnly() throws IOException, InterruptedException {
    String url;
    try (var exporter = serve()) {
      url = exporter.uri("/-/healthy").toString();

      assertThat(run("healthcheck", "--url=" + url)).isEqualTo(new Outcome(0, "", ""));
    }
    assertThat(run("healthcheck", "--url=" + url))
        .isEqualTo(new Outcome(1, "", "docker-image-exporter: " + url + ": Connection refused"));
  }

  @Test
  void rootThatIsMissingAtTheStartIsFoundOnceItIsThere() throws IOException, InterruptedException {
    try (var exporter = serve()) {
      assertThat(isInState("missing", exporter.metrics())).isTrue();

      ImageId app = new SampleStore(dataRoot).image("app:1", "base", "app");

      await("the store").until(() -> imagesOf(exporter.metrics()).equals(Set.of(app.toString())));
      assertThat(isInState("graphdriver", exporter.metrics())).isTrue();
      await("the watch").until(() -> isWatched(exporter.metrics()));
    }
  }

  @Test
  void rootThatIsReplacedIsShownAndWatchedAnew() throws IOException, InterruptedException {
    Path other = directory.resolve("other");
    ImageId first = new SampleStore(dataRoot).image("first:1", "base");
    ImageId second = new SampleStore(other).image("second:1", "base", "second");
    try (var exporter = serve()) {
      assertThat(imagesOf(exporter.metrics())).containsExactly(first.toString());

      Files.move(dataRoot, directory.resolve("old"));
      Files.move(other, dataRoot);

      await("the other store")
          .until(() -> imagesOf(exporter.metrics()).equals(Set.of(second.toString())));
      await("the watch").until(() -> isWatched(exporter.metrics()));
      assertThat(exporter.metrics().sum("docker_store_problems")).isZero();
    }
  }

  @Test
  void rootThatIsRemovedIsMissing() throws IOException, InterruptedException {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    try (var exporter = serve()) {
      assertThat(isInState("graphdriver", exporter.metrics())).isTrue();

      Files.move(dataRoot, directory.resolve("old"));

      await("its loss").until(() -> isInState("missing", exporter.metrics()));
      assertThat(imagesOf(exporter.metrics())).isEmpty();
      assertThat(isWatched(exporter.metrics())).isFalse();
    }
  }

  private ExporterProcess serve(String... more) throws IOException {
    return ExporterProcess.start(
        directory.resolve("exporter.log"),
        Stream.concat(
                Stream.of(
                    "--docker.root=" + dataRoot, "--check.settle=10ms", "--refresh.interval=200ms"),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static List<String> messages(String log) {
    return log.lines().map(line -> line.replaceFirst(".* msg=", "")).toList();
  }

  private static List<String> fields(String line) {
    try {
      return new JsonMapper().readTree(line).propertyStream().map(Map.Entry::getKey).toList();
    } catch (JsonProcessingException malformed) {
      throw new UncheckedIOException(line, malformed);
    }
  }

  private static Outcome run(String... arguments) throws IOException, InterruptedException {
    return Program.of(
            Stream.concat(Stream.of(ExporterProcess.launcher().toString()), Stream.of(arguments))
                .toArray(String[]::new))
        .outcome();
  }

  private Outcome checkUnder(Map<String, String> environment)
      throws IOException, InterruptedException {
    return new Program(
            environment,
            List.of(ExporterProcess.launcher().toString(), "check", "--docker.root=" + dataRoot))
        .outcome();
  }

  private static Set<String> imagesOf(Scrape scrape) {
    return scrape.by("image_id", "docker_image_info").keySet();
  }

  private static boolean isInState(String state, Scrape scrape) {
    return scrape.shows(1, "docker_data_root_state", "state", state);
  }

  private static boolean isWatched(Scrape scrape) {
    return scrape.value("docker_image_exporter_watch_up") == 1;
  }
}
