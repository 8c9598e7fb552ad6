package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Ports;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The archive, unpacked somewhere, on a machine that has no Java for it to find.
@Requires(Requirement.RELEASE)
class ArchiveIT {
  private static final List<String> WITHOUT_JAVA =
      List.of(
          "env", "--ignore-environment", "PATH=/nowhere", "DOCKER_IMAGE_EXPORTER_JVMS=/nowhere");

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir private static Path directory;
  private static Path home;
  private static SampleStore store;

  @BeforeAll
  static void unpack() throws IOException, InterruptedException {
    Path archive = ReleaseFiles.archive();
    Program.of("tar", "-xzf", archive.toString(), "-C", directory.toString()).run();
    home = directory.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
    store = new SampleStore(directory.resolve("root"));
    store.image("app:1", "base", "app");
  }

  @Test
  void sumsFit() throws IOException, InterruptedException {
    String checked =
        Program.of("sh", "-c", "cd \"$0\" && sha256sum --check SHA256SUMS", "target").run();

    assertThat(checked.lines())
        .containsExactlyInAnyOrder(
            ReleaseFiles.archive().getFileName() + ": OK",
            ReleaseFiles.debianPackage().getFileName() + ": OK",
            ReleaseFiles.rpm().getFileName() + ": OK",
            ReleaseFiles.sbom().getFileName() + ": OK");
  }

  @Test
  void noProgramNeedsANewerLibraryOfCThanThePackagesAskFor()
      throws IOException, InterruptedException {
    String asked =
        Program.of("dpkg-deb", "--field", ReleaseFiles.debianPackage().toString(), "Depends").run();

    assertThat(asked).isEqualTo("libc6 (>= %s)", GlibcVersion.neededBy(home));
  }

  @Test
  void nothingIsMadeBesideThem() throws IOException {
    try (Stream<Path> files = Files.list(ReleaseFiles.TARGET)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".changes"));
    }
  }

  @Test
  void completionIsThereForEveryShell() {
    assertThat(
            List.of(
                "share/bash-completion/completions/docker-image-exporter",
                "share/zsh/vendor-completions/_docker-image-exporter",
                "share/fish/vendor_completions.d/docker-image-exporter.fish"))
        .allSatisfy(file -> assertThat(home.resolve(file)).isNotEmptyFile());
  }

  @Test
  void aotCacheFitsAfterTheMove() throws IOException, InterruptedException {
    var outcome = run(List.of("DOCKER_IMAGE_EXPORTER_JAVA_OPTS=-XX:AOTMode=on"), "--version");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.output()).startsWith("docker-image-exporter, version ");
    assertThat(outcome.complaints()).isEmpty();
  }

  @Test
  void storeIsChecked() throws IOException, InterruptedException {
    var outcome = run(List.of(), "check", "--format=json", "--docker.root=" + store.dataRoot());

    assertThat(outcome.complaints()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.output()).contains("graphdriver");
  }

  @Test
  void imageIsInspected() throws IOException, InterruptedException {
    var outcome =
        run(List.of(), "inspect", "app:1", "--no-trunc", "--docker.root=" + store.dataRoot());

    assertThat(outcome.complaints()).isEmpty();
    assertThat(outcome.output()).contains(SampleStore.chainId("base", "app").toString());
  }

  @Test
  void chainIdIsComputed() throws IOException, InterruptedException {
    var outcome =
        run(
            List.of(),
            "chain-id",
            SampleStore.diffId("base").toString(),
            SampleStore.diffId("app").toString());

    assertThat(outcome.output()).contains(SampleStore.chainId("base", "app").toString());
  }

  @Test
  void demoIsHealthy() throws IOException, InterruptedException {
    int port = Ports.free();
    var command =
        command(List.of("TMPDIR=" + directory), "demo", "--web.listen-address=127.0.0.1:" + port);
    try (var demo = Daemon.start(directory.resolve("demo.log"), command)) {
      demo.awaitReady(
          () ->
              run(List.of(), "healthcheck", "--url=http://127.0.0.1:" + port + "/-/ready").status()
                  == 0);

      assertThat(demo.log()).doesNotContain("level=error");
    }
  }

  @Test
  void licenceOfEveryLibraryIsTold() throws IOException {
    List<String> patterns =
        Files.readAllLines(home.resolve("copyright")).stream()
            .filter(line -> line.startsWith("Files: lib/"))
            .map(line -> line.substring("Files: lib/".length()))
            .toList();

    try (Stream<Path> libraries = Files.list(home.resolve("lib"))) {
      assertThat(libraries.map(library -> library.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".jar") && !name.equals("docker-image-exporter.jar"))
          .isNotEmpty()
          .allMatch(name -> patterns.stream().anyMatch(pattern -> fits(pattern, name)));
    }
  }

  @Test
  void alertsRulesAndDashboardsAreThoseOfTheSources() throws IOException {
    try (Stream<Path> files = Files.walk(share(""))) {
      assertThat(
              files.filter(Files::isRegularFile).map(file -> share("").relativize(file).toString()))
          .containsExactlyInAnyOrderElementsOf(ReleaseFiles.sharedNames());
    }
    assertThat(ReleaseFiles.shared())
        .allSatisfy((name, source) -> assertThat(share(name)).hasSameBinaryContentAs(source));
  }

  /// Without what is added for the import, and with the answer that the dialog was given, they are
  /// the dashboards.
  @ParameterizedTest
  @ValueSource(strings = {"fleet.json", "host.json"})
  void importedDashboardIsThatOfTheSources(String name) throws IOException {
    assertThat(imported(name))
        .isEqualTo(JSON.readTree(Path.of("grafana/dashboards", name).toFile()));
  }

  @Test
  void importableDashboardsSayWhatTheyNeed() throws IOException {
    JsonNode fleet = JSON.readTree(share("grafana-import/fleet.json").toFile());

    assertThat(fleet.get("__inputs").findValuesAsText("name")).containsExactly("DS_PROMETHEUS");
    assertThat(fleet.get("__inputs").findValuesAsText("pluginId")).containsExactly("prometheus");
    assertThat(fleet.get("__requires").findValuesAsText("id"))
        .containsExactly("grafana", "prometheus", "bargauge", "stat", "table", "timeseries");
  }

  /// A dashboard as Grafana has it after its import.
  private static JsonNode imported(String name) throws IOException {
    String text =
        Files.readString(share("grafana-import/" + name))
            .replace("${DS_PROMETHEUS}", "uid of Prometheus");
    var dashboard = (ObjectNode) JSON.readTree(text);
    dashboard.remove(List.of("__inputs", "__elements", "__requires", "id"));
    for (JsonNode variable : dashboard.at("/templating/list")) {
      if (variable.get("type").asText().equals("datasource")) {
        assertThat(variable.at("/current/value").asText()).isEqualTo("uid of Prometheus");
        ((ObjectNode) variable).putObject("current");
      }
    }
    return dashboard;
  }

  private static Path share(String name) {
    return home.resolve("share/docker-image-exporter").resolve(name);
  }

  private static boolean fits(String pattern, String name) {
    return home.getFileSystem().getPathMatcher("glob:" + pattern).matches(Path.of(name));
  }

  private static Outcome run(List<String> environment, String... arguments)
      throws IOException, InterruptedException {
    return new Program(Map.of(), command(environment, arguments)).outcome();
  }

  private static List<String> command(List<String> environment, String... arguments) {
    var command = new ArrayList<String>(WITHOUT_JAVA);
    command.addAll(environment);
    command.add(home.resolve("bin/docker-image-exporter").toString());
    command.addAll(List.of(arguments));
    return command;
  }
}
