package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Ports;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The container image, which an engine builds and runs over its own data root.
///
/// The root file system that a registry would give is made by debootstrap. The containers have the
/// host's network, because the engine is without a bridge; else they are run as `deploy/` does.
@Requires({Requirement.RELEASE, Requirement.DEBOOTSTRAP})
@RequiresEngine
class ContainerImageIT {
  private static final String IMAGE = "docker-image-exporter:test";
  private static final String CONTAINER = "exporter";

  private static DockerEngine engine;
  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  @BeforeAll
  static void buildTheImage() throws IOException, InterruptedException {
    engine = DockerEngine.start("overlay2");
    var images = new Images(engine);
    Path debian = engine.directory().resolve("debian.tar");
    Path root = DebianMachine.DEBIAN.directory();
    Program.of("tar", "--create", "--file=" + debian, "--directory=" + root, ".").run();
    images.importTar(debian, "debian:test");
    Files.delete(debian);
    images.project(Path.of("."), IMAGE, "BASE_IMAGE=debian:test", "ARCHIVE=given");
    images.buildKit("varied:1", Images.VARIED);
    images.buildKit(
        "closed:1",
        Images.with(
            Images.BASE,
            "RUN mkdir /closed && echo secret >/closed/file && chmod 700 /closed"
                + " && chown 1000:1000 /closed"));
  }

  @AfterAll
  static void close() throws IOException {
    engine.close();
  }

  @BeforeEach
  void choosePort() throws IOException {
    port = Ports.free();
  }

  @AfterEach
  void remove() throws IOException, InterruptedException {
    engine.docker("rm", "--force", CONTAINER);
  }

  @Test
  void ownerOfTheStoreWithoutCapabilitiesSeesAllChainsAndCountsWhatIsClosed()
      throws IOException, InterruptedException {
    Scrape scrape = runAndMeasure("--user=0:0");

    assertThat(scrape.value("docker_store_images")).isEqualTo(imagesOfTheEngine());
    assertThat(scrape.of("docker_image_chain_consistent"))
        .isNotEmpty()
        .allMatch(chain -> chain.value() == 1);
    assertThat(scrape.sum("docker_store_problems")).isZero();
    assertThat(scrape.value("docker_store_unreadable_paths")).isPositive();
    assertThat(scrape.value("docker_image_exporter_watch_up")).isEqualTo(1);
  }

  @Test
  void withTheCapabilityToReadNothingIsClosed() throws IOException, InterruptedException {
    Scrape scrape = runAndMeasure("--user=0:0", "--cap-add=DAC_READ_SEARCH");

    assertThat(scrape.value("docker_store_images")).isEqualTo(imagesOfTheEngine());
    assertThat(scrape.sum("docker_store_problems")).isZero();
    assertThat(scrape.value("docker_store_unreadable_paths")).isZero();
  }

  @Test
  void imageThatAppearsOutsideIsSeenInside() throws IOException, InterruptedException {
    run("--user=0:0");
    awaitSettled();

    engine.docker("tag", "varied:1", "appeared:1");

    await()
        .until(() -> metrics().shows(1, "docker_image_reference_info", "repository", "appeared"));
    engine.docker("rmi", "appeared:1");
  }

  @Test
  void byDefaultItIsNobodyInParticularAndSaysThatItSeesNothing()
      throws IOException, InterruptedException {
    run();

    await()
        .ignoreExceptions()
        .until(() -> metrics().shows(1, "docker_data_root_state", "state", "unreadable"));
  }

  @Test
  void healthCheckOfTheImagePasses() throws IOException, InterruptedException {
    run("--user=0:0", "--health-interval=1s");

    await().until(() -> inspect(CONTAINER).at("/State/Health/Status").asText().equals("healthy"));
  }

  @Test
  void nothingIsWritten() throws IOException, InterruptedException {
    runAndMeasure("--user=0:0");

    assertThat(engine.docker("diff", CONTAINER)).isEmpty();
    assertThat(inspect(CONTAINER).at("/Mounts").valueStream())
        .singleElement()
        .matches(mount -> !mount.get("RW").asBoolean());
  }

  @Test
  void contentIsHashedByTheLibraryOfOpenssl() throws IOException, InterruptedException {
    run(
        "--user=0:0",
        "--env=DOCKER_IMAGE_EXPORTER_SCRUB_CONTENT=true",
        "--env=DOCKER_IMAGE_EXPORTER_SCRUB_RATE=0");
    Path maps = Path.of("/proc", inspect(CONTAINER).at("/State/Pid").asText(), "maps");

    await().until(() -> Files.readString(maps).contains("/libcrypto.so.3"));
  }

  @Test
  void sigtermEndsItBeforeItWouldBeKilled() throws IOException, InterruptedException {
    runAndMeasure("--user=0:0");

    engine.docker("stop", "--time=10", CONTAINER);

    assertThat(inspect(CONTAINER).at("/State/ExitCode").asInt()).isEqualTo(143);
  }

  @Test
  void imageHasTheAotCacheOfItsOwnRuntime() throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    inspect(IMAGE).at("/Config/Entrypoint").forEach(part -> command.add(part.asText()));
    String java = command.removeFirst();
    command.add(0, "-XX:AOTMode=on");
    command.add("--version");
    var arguments =
        new ArrayList<>(List.of("run", "--rm", "--network=host", "--entrypoint=" + java, IMAGE));
    arguments.addAll(command);

    assertThat(engine.docker(arguments.toArray(String[]::new)))
        .startsWith("docker-image-exporter, version ");
  }

  @Test
  void versionOfTheLabelIsThatOfTheProgram() throws IOException, InterruptedException {
    String version = engine.docker("run", "--rm", "--network=host", IMAGE, "--version");
    JsonNode labels = inspect(IMAGE).at("/Config/Labels");

    assertThat(version)
        .contains("version %s ".formatted(labels.get("org.opencontainers.image.version").asText()));
  }

  @Test
  void imageHoldsNoShellAndNoSetUserIdProgram() throws IOException, InterruptedException {
    engine.docker("create", "--name=" + CONTAINER, IMAGE);
    Path content = engine.directory().resolve("content.tar");
    engine.docker("export", "--output=" + content, CONTAINER);

    List<String> programs =
        Program.of("tar", "--list", "--verbose", "--file=" + content)
            .run()
            .lines()
            .filter(line -> line.matches("-..[xsS].*|-.....[xsS].*"))
            // Empty files are where the engine mounts its own.
            .filter(line -> !line.matches("\\S+ \\S+ +0 .*"))
            .map(line -> line.replaceFirst("^(\\S+) .* ", "$1 "))
            .filter(line -> !line.endsWith(".so") && !line.contains(".so."))
            .toList();

    assertThat(programs)
        .containsExactlyInAnyOrder(
            "-rwxr-xr-x usr/lib/docker-image-exporter/bin/docker-image-exporter",
            "-rwxr-xr-x usr/lib/docker-image-exporter/runtime/bin/java",
            "-rwxr-xr-x usr/lib/docker-image-exporter/runtime/lib/jspawnhelper");
  }

  private void run(String... options) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                "run",
                "--detach",
                "--name=" + CONTAINER,
                "--network=host",
                "--read-only",
                "--cap-drop=ALL",
                "--security-opt=no-new-privileges",
                "--pids-limit=64",
                "--memory=256m",
                "--env=DOCKER_IMAGE_EXPORTER_URL=" + uri("/-/healthy"),
                "--mount=type=bind,source="
                    + engine.dataRoot()
                    + ",target=/var/lib/docker,readonly"));
    command.addAll(List.of(options));
    command.addAll(List.of(IMAGE, "--web.listen-address=127.0.0.1:" + port));
    engine.docker(command.toArray(String[]::new));
  }

  /// What it shows once everything has been measured.
  private Scrape runAndMeasure(String... options) throws IOException, InterruptedException {
    run(options);
    return awaitSettled();
  }

  private Scrape awaitSettled() throws IOException, InterruptedException {
    await().ignoreExceptions().until(() -> metrics().isMeasured());
    return metrics();
  }

  private Scrape metrics() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri("/metrics")).build();
    return Scrape.parse(client.send(request, BodyHandlers.ofString()).body());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static JsonNode inspect(String name) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(engine.docker("inspect", name)).get(0);
  }

  private static double imagesOfTheEngine() throws IOException {
    return engine.api("/images/json?all=1").size();
  }
}
