package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineKind.Origin;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.debian.DebianRoot;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.golden.SampleRoot;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// One image of both processors: an index in a registry, which engines pull from.
///
/// It is built as the release workflow does it, on root file systems made by debootstrap.
@Tag("arm64")
@Requires({Requirement.RELEASE, Requirement.DEBOOTSTRAP, Requirement.QEMU, Requirement.REGISTRY})
@RequiresEngine
class Arm64ImageIT {
  private static final String BOTH = "--platform=linux/amd64,linux/arm64";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static DockerEngine containerd;
  private static DockerEngine classic;
  private static Registry registry;
  private static String image;

  @BeforeAll
  static void pushTheImage() throws IOException, InterruptedException {
    Path arm64 = Arm64Release.build();
    containerd = DockerEngine.start(new EngineKind(Origin.SID, ImageStore.CONTAINERD));
    classic = DockerEngine.start(new EngineKind(Origin.MACHINE, ImageStore.OVERLAY2));
    registry = Registry.start(containerd.directory().resolve("registry"));
    Path context = Files.createDirectory(containerd.directory().resolve("context"));
    Path target = Files.createDirectory(context.resolve("target"));
    for (Path archive : List.of(ReleaseFiles.archive(), ReleaseFiles.archive(arm64))) {
      Files.copy(archive, target.resolve(archive.getFileName()));
    }
    Files.copy(Path.of("Dockerfile"), context.resolve("Dockerfile"));
    image = build(context, "exporter:1", "ARCHIVE=given", "BASE_IMAGE=" + base());
  }

  @AfterAll
  static void close() throws IOException {
    registry.close();
    classic.close();
    containerd.close();
  }

  @Test
  void registryHasAnIndexOfBothProcessorsAndNothingElse() throws Exception {
    JsonNode index = manifest("1");

    assertThat(index.get("mediaType").asText())
        .isEqualTo("application/vnd.oci.image.index.v1+json");
    assertThat(index.get("manifests").findValuesAsText("architecture"))
        .containsExactly("amd64", "arm64");
    for (JsonNode one : index.get("manifests")) {
      assertThat(manifest(one.get("digest").asText()).get("layers")).hasSize(1);
    }
  }

  @Test
  void engineWithContainerdRunsTheImageOfEachProcessor() throws Exception {
    assertRunsOnBoth(containerd);
  }

  @Test
  void engineWithAGraphDriverRunsTheImageOfEachProcessor() throws Exception {
    assertRunsOnBoth(classic);
  }

  private static void assertRunsOnBoth(DockerEngine engine) throws Exception {
    Path root = engine.directory().resolve("sample");
    SampleRoot.broken(root);

    assertThat(run(engine, "amd64", root, "--version")).doesNotContain("Debian");
    String report = check(engine, "amd64", root);
    // Whose Java it is shows that another program was run.
    assertThat(run(engine, "arm64", root, "--version")).contains("Debian");
    assertThat(check(engine, "arm64", root)).contains("chain_id_mismatch").isEqualTo(report);
  }

  private static String check(DockerEngine engine, String processor, Path root) throws Exception {
    return run(engine, processor, root, "check", "--fail-on=unusable")
        .replaceAll("scanned at [^ \n]+", "");
  }

  /// Runs the image of a processor, on the data root at `root`.
  private static String run(DockerEngine engine, String processor, Path root, String... arguments)
      throws Exception {
    String platform = "--platform=linux/" + processor;
    engine.docker("pull", "--quiet", platform, image);
    var command =
        new ArrayList<>(
            List.of(
                "run",
                "--rm",
                "--no-healthcheck",
                "--network=host",
                "--user=0:0",
                "--volume=" + root + ":/var/lib/docker:ro",
                platform,
                image));
    command.addAll(List.of(arguments));
    return engine.docker(command.toArray(String[]::new));
  }

  /// What a registry would give as `debian:trixie-slim`.
  private static String base() throws IOException, InterruptedException {
    Path context = Files.createDirectory(containerd.directory().resolve("base"));
    archive(DebianMachine.DEBIAN, context.resolve("amd64.tar"));
    archive(Arm64Release.DEBIAN, context.resolve("arm64.tar"));
    Files.writeString(
        context.resolve("Dockerfile"), "FROM scratch\nARG TARGETARCH\nADD ${TARGETARCH}.tar /\n");
    return build(context, "debian:1");
  }

  private static void archive(DebianRoot debian, Path tar)
      throws IOException, InterruptedException {
    Program.of(
            "tar",
            "--create",
            "--exclude=./usr/lib/jvm",
            "--file=" + tar,
            "--directory=" + debian.directory(),
            ".")
        .run();
  }

  /// Builds and pushes an image of both processors, and returns its name.
  private static String build(Path context, String name, String... buildArguments)
      throws IOException, InterruptedException {
    String pushed = registry.address() + "/" + name;
    var command =
        new ArrayList<>(
            List.of(
                "build",
                "--quiet",
                "--network=none",
                "--provenance=false",
                BOTH,
                "--output=type=image,push=true,oci-mediatypes=true,name=" + pushed));
    for (String argument : buildArguments) {
      command.add("--build-arg=" + argument);
    }
    command.add(context.toString());
    containerd.docker(command.toArray(String[]::new));
    return pushed;
  }

  private static JsonNode manifest(String reference) throws Exception {
    URI uri = URI.create("http://" + registry.address() + "/v2/exporter/manifests/" + reference);
    var request =
        HttpRequest.newBuilder(uri)
            .header("Accept", "application/vnd.oci.image.index.v1+json")
            .header("Accept", "application/vnd.oci.image.manifest.v1+json")
            .build();
    return new ObjectMapper().readTree(CLIENT.send(request, BodyHandlers.ofString()).body());
  }
}
