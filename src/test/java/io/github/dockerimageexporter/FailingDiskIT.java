package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineNotes;
import io.github.dockerimageexporter.engine.EngineNotes.Column;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Disk;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A real engine whose disk becomes full, and then fails so that the kernel mounts it read-only;
/// each time a file of a layer goes bad.
@Requires({Requirement.ROOT, Requirement.ENGINE, Requirement.BUSYBOX, Requirement.MKFS_EXT4})
class FailingDiskIT {
  private static final String PROGRAM = "bin/busybox";

  @ParameterizedTest
  @MethodSource("io.github.dockerimageexporter.engine.EngineKind#onFailingDisks")
  void figuresStayTheEnginesAndDamageIsFound(EngineKind kind)
      throws IOException, InterruptedException {
    try (DockerEngine engine = DockerEngine.start(kind)) {
      var images = new Images(engine);
      images.classic("base:1", Images.BASE);
      images.classic("app:1", Images.with(Images.BASE, "RUN echo app >/app"));
      new Containers(engine).create("fresh", "app:1");
      Path program = program(engine);
      try (ExporterProcess exporter = start(engine)) {
        awaitIntact(exporter);
        double layers = exporter.metrics().value("docker_store_layers");

        Disk.fill(engine.dataRoot());
        assertThatThrownBy(() -> images.classic("big:1", big())).isInstanceOf(IOException.class);
        awaitScans(exporter);
        assertHealthy(kind, "full", engine, exporter, layers);
        Disk.flip(program);
        assertFound(kind, "full", engine, exporter);
        Disk.flip(program);
        awaitIntact(exporter);

        Disk.fail(engine.dataRoot().resolveSibling(""));
        assertThatThrownBy(() -> Files.createFile(engine.dataRoot().resolve("file")))
            .isInstanceOf(FileSystemException.class)
            .hasMessageContaining("Read-only file system");
        awaitScans(exporter);
        assertHealthy(kind, "read-only", engine, exporter, layers);
        engine.disk().rot(program);
        assertFound(kind, "read-only", engine, exporter);
      }
    }
  }

  private static ExporterProcess start(DockerEngine engine) throws IOException {
    return ExporterProcess.start(
        engine.directory().resolve("exporter.log"),
        "--docker.root=" + engine.dataRoot(),
        "--refresh.interval=500ms",
        "--check.settle=100ms",
        "--scrub.content",
        "--scrub.rate=0",
        "--scrub.interval=2s");
  }

  /// With more in it than a disk without room takes.
  private static List<String> big() {
    return Images.with(Images.BASE, "RUN dd if=/dev/zero of=/big bs=1M count=64");
  }

  /// The program in the lowest layer, wherever the store has it.
  private static Path program(DockerEngine engine) throws IOException {
    try (var files = Files.walk(engine.dataRoot())) {
      return files
          .filter(file -> file.endsWith(PROGRAM) && Files.isRegularFile(file))
          .filter(file -> !file.toString().contains("/merged/"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void awaitIntact(ExporterProcess exporter) {
    await("all layers verified, no problem")
        .until(
            () -> {
              Scrape scrape = exporter.metrics();
              return scrape.sum("docker_store_problems") == 0
                  && verified(scrape) == scrape.value("docker_store_layers");
            });
  }

  private static double verified(Scrape scrape) {
    return scrape.of("docker_store_scrub_layers").stream()
        .filter(one -> one.label("depth").equals("content"))
        .filter(one -> one.label("state").equals("verified"))
        .mapToDouble(Scrape.Series::value)
        .sum();
  }

  private static void awaitScans(ExporterProcess exporter)
      throws IOException, InterruptedException {
    double before = exporter.metrics().value("docker_image_exporter_refreshes_total");
    await("scans")
        .until(
            () -> exporter.metrics().value("docker_image_exporter_refreshes_total") > before + 2);
  }

  /// Asks the engine for what it still has.
  private static void assertHealthy(
      EngineKind kind, String state, DockerEngine engine, ExporterProcess exporter, double layers)
      throws IOException, InterruptedException {
    var chains = new TreeMap<String, Double>();
    var containers = new TreeMap<String, Double>();
    for (JsonNode image : engine.api("/images/json?all=1")) {
      String id = image.get("Id").textValue();
      chains.put(id, (double) engine.api("/images/" + id + "/json").at("/RootFS/Layers").size());
      containers.put(id, 0.0);
    }
    engine
        .api("/containers/json?all=1")
        .forEach(one -> containers.merge(one.get("ImageID").textValue(), 1.0, Double::sum));

    Scrape scrape = exporter.metrics();
    assertThat(scrape.by("image_id", "docker_image_layers")).isEqualTo(chains);
    assertThat(scrape.by("image_id", "docker_image_containers")).isEqualTo(containers);
    assertThat(scrape.value("docker_store_layers")).isGreaterThanOrEqualTo(layers);
    assertThat(scrape.of("docker_store_problems")).isNotEmpty().allMatch(one -> one.value() == 0);
    assertThat(scrape.value("docker_store_unreadable_paths")).isZero();
    assertThat(scrape.value("docker_image_exporter_last_refresh_success")).isEqualTo(1);
    EngineNotes.shown(kind, Column.FIGURES, state, chains.size() + containers.size());
  }

  /// By the exporter that runs, and by a check that starts now.
  private static void assertFound(
      EngineKind kind, String state, DockerEngine engine, ExporterProcess exporter)
      throws IOException, InterruptedException {
    await("damage on a disk that is " + state)
        .until(
            () ->
                exporter
                    .metrics()
                    .shows(1, "docker_store_problems", "problem", "layer_file_checksum_mismatch"));
    assertThat(exporter.metrics().sum("docker_store_problems")).isEqualTo(1);
    assertThat(
            exporter.metrics().of("docker_image_chain_consistent").stream()
                .collect(toMap(one -> one.label("image_id"), Scrape.Series::value)))
        .isNotEmpty()
        .allSatisfy((_, consistent) -> assertThat(consistent).isZero());
    var check =
        Program.of(
                ExporterProcess.launcher().toString(),
                "check",
                "--scrub",
                "--docker.root=" + engine.dataRoot())
            .outcome();
    assertThat(check.status()).isEqualTo(1);
    assertThat(check.output()).contains("layer_file_checksum_mismatch", PROGRAM, ", 1 problem\n");
    EngineNotes.shown(kind, Column.FILES, state, 1);
  }
}
