package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.exporter.ShippedUnit;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged exporter under users that may not read everything: what it cannot see it calls
/// unreadable, and never broken.
@Requires(Requirement.ROOT)
class UnprivilegedIT {
  private static final int NOBODY = 65534;
  private static final List<String> AS_NOBODY =
      List.of(
          "setpriv",
          "--reuid=" + NOBODY,
          "--regid=" + NOBODY,
          "--clear-groups",
          "--bounding-set=-all",
          "--inh-caps=-all",
          "--no-new-privs");

  private static final List<String> WITH_READ_SEARCH =
      List.of(
          "setpriv",
          "--reuid=" + NOBODY,
          "--regid=" + NOBODY,
          "--clear-groups",
          "--bounding-set=-all,+dac_read_search",
          "--inh-caps=-all,+dac_read_search",
          "--ambient-caps=-all,+dac_read_search",
          "--no-new-privs");

  @TempDir private static Path shared;
  @TempDir private Path directory;
  private SampleStore store;
  private ImageId base;
  private ImageId app;

  /// The checkout may lie where other users cannot go.
  @BeforeAll
  static void copyTheDistribution() throws IOException, InterruptedException {
    Path distribution = ExporterProcess.launcher().resolve("../..").normalize();
    chmod("rwxr-xr-x", shared);
    Program.of("cp", "--recursive", distribution.toString(), shared + "/exporter").run();
    Program.of("chmod", "--recursive", "a+rX", shared + "/exporter").run();
  }

  @BeforeEach
  void sampleStore() throws IOException {
    chmod("rwxr-xr-x", directory);
    store = new SampleStore(directory.resolve("root"));
    base = store.image("base:1", "base");
    app = store.image("app:1", "base", "app");
  }

  @Test
  void rootThatNobodyMayEnterCannotBeChecked() throws IOException, InterruptedException {
    chmod("rwx--x---", store.dataRoot());

    var outcome = check(AS_NOBODY);

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output())
        .isEqualTo(
            "%1$s: unreadable (permission denied: %1$s: run as root or give CAP_DAC_READ_SEARCH)"
                .formatted(store.dataRoot()));
    assertThat(outcome.complaints()).isEmpty();
  }

  @Test
  void imagesThatNobodyMayListCannotBeChecked() throws IOException, InterruptedException {
    chmod("rwxr-xr-x", store.dataRoot());
    chmod("rwx------", store.dataRoot().resolve("image"));

    var outcome = check(AS_NOBODY);

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output()).startsWith(store.dataRoot() + ": unreadable (permission denied");
  }

  @Test
  void layersThatNobodyMayListCannotBeChecked() throws IOException, InterruptedException {
    chmod("rwxr-xr-x", store.dataRoot());
    Program.of("chmod", "--recursive", "a+rX", store.dataRoot().resolve("image").toString()).run();
    chmod("rwx------", store.dataRoot().resolve("image/overlay2/layerdb"));

    var outcome = check(AS_NOBODY);

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output())
        .contains(
            "overlay2: 2 images, an unknown number of layers, no problems in what could be read")
        .contains("unreadable: image/overlay2/layerdb/sha256 (permission denied");
  }

  /// Every daemon with a graph driver has one for its running containers.
  @Test
  void aContainerdThatNobodyMayListHidesNoOtherStore() throws IOException, InterruptedException {
    Program.of("chmod", "--recursive", "a+rX", store.dataRoot().toString()).run();
    Path daemon = store.dataRoot().resolve("containerd/daemon");
    Files.createDirectories(daemon.resolve("io.containerd.metadata.v1.bolt"));
    chmod("rwx--x--x", daemon);

    var outcome = check(AS_NOBODY);

    assertThat(outcome.output())
        .contains("overlay2: 2 images, 2 layers, no problems")
        .contains("containerd (permission denied");
  }

  @Test
  void containerdsStoreIsReadWithoutCapabilitiesByRootAndWithOneByOthers()
      throws IOException, InterruptedException {
    ContainerdSample sample = containerd();

    for (List<String> user : List.of(ShippedUnit.RIGHTS, WITH_READ_SEARCH)) {
      var outcome = checkContainerd(user, sample);

      assertThat(outcome.output())
          .contains("overlayfs in moby: 15 images (and 7 intermediates), 21 layers, ")
          .contains("43 directories, ")
          .doesNotContain("unusable", "permission denied", "not read");
      assertThat(outcome.status()).isZero();
    }
  }

  /// What cannot be entered could have every container's snapshot.
  @Test
  void containerdsRootThatNobodyMayListIsNamedAndBreaksNothing()
      throws IOException, InterruptedException {
    ContainerdSample sample = containerd();
    Program.of("chmod", "--recursive", "a+rX", sample.dataRoot().toString()).run();

    var outcome = checkContainerd(AS_NOBODY, sample);

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output())
        .contains("(permission denied: ")
        .contains(directory.resolve("containerd").toString())
        .doesNotContain("problem");
  }

  /// As the packages leave their directories: only root may list them.
  private ContainerdSample containerd() throws IOException {
    Path home = directory.resolve("containerd");
    ContainerdSample sample = ContainerdSample.in(directory.resolve("docker"), home);
    chmod("rwx--x---", sample.dataRoot());
    chmod("rwx--x--x", home);
    try (Stream<Path> below = Files.walk(home, 3)) {
      for (Path path : below.filter(Files::isDirectory).toList()) {
        chmod("rwx------", path);
      }
    }
    return sample;
  }

  private static Program.Outcome checkContainerd(List<String> user, ContainerdSample sample)
      throws IOException, InterruptedException {
    return Program.of(
            Stream.of(
                    user.stream(),
                    // The sample's directories are empty, whatever sizes are recorded.
                    Stream.of(launcher(), "check", "--check.settle=10ms", "--fail-on=unusable"),
                    Stream.of("--docker.root=" + sample.dataRoot()),
                    Stream.of(
                        "--containerd.root=" + sample.dataRoot().resolveSibling("containerd")))
                .flatMap(Function.identity())
                .toArray(String[]::new))
        .outcome();
  }

  @Test
  void servingARootThatNobodyMayEnterSaysSoOnce() throws IOException, InterruptedException {
    chmod("rwx--x---", store.dataRoot());

    try (var exporter = serve(AS_NOBODY)) {
      awaitScans(exporter);

      Scrape scrape = exporter.metrics();
      assertThat(scrape.by("state", "docker_data_root_state"))
          .isEqualTo(
              Map.of(
                  "unreadable", 1.0,
                  "graphdriver", 0.0,
                  "containerd", 0.0,
                  "empty", 0.0,
                  "missing", 0.0));
      assertThat(scrape.series()).noneMatch(one -> one.name().startsWith("docker_store_"));
      assertThat(lines(exporter, "data root state changed")).hasSize(1);
    }
  }

  @Test
  void partsThatNobodyMayListAreAbsentAndCountedAndNamedOnce()
      throws IOException, InterruptedException {
    for (Path visible : List.of(Path.of(""), Path.of("image"), Path.of("image/overlay2"))) {
      chmod("rwxr-xr-x", store.dataRoot().resolve(visible));
    }
    chmod("rwx------", store.dataRoot().resolve("image/overlay2/imagedb"));
    chmod("rwx------", store.dataRoot().resolve("image/overlay2/layerdb"));
    chmod("rwx------", store.dataRoot().resolve("overlay2"));

    try (var exporter = serve(AS_NOBODY)) {
      awaitScans(exporter);

      Scrape scrape = exporter.metrics();
      assertThat(scrape.sum("docker_store_problems")).isZero();
      assertThat(scrape.value("docker_store_unreadable_paths")).isPositive();
      for (String unknown :
          List.of(
              "docker_store_images",
              "docker_store_layers",
              "docker_store_mounts",
              "docker_store_directories",
              "docker_image_chain_consistent")) {
        assertThat(scrape.of(unknown)).as(unknown).isEmpty();
      }
      List<String> unreadable = lines(exporter, "cannot read");
      assertThat(unreadable).hasSize((int) scrape.value("docker_store_unreadable_paths"));
      assertThat(unreadable.stream().map(UnprivilegedIT::message)).doesNotHaveDuplicates();
    }
  }

  @Test
  void layerDirectoryWithoutPermissionIsUnreadableToRootWithoutCapabilities()
      throws IOException, InterruptedException {
    String name = "overlay2/" + SampleStore.cacheId("base");
    Path layer = store.dataRoot().resolve(name);
    chmod("---------", layer);

    try (var exporter = serve(ShippedUnit.RIGHTS)) {
      awaitScans(exporter);
      await("the other directory measured")
          .until(() -> !exporter.metrics().of("docker_layer_directory_disk_bytes").isEmpty());

      Scrape scrape = exporter.metrics();
      assertThat(scrape.sum("docker_store_problems")).isZero();
      assertThat(scrape.of("docker_image_chain_consistent")).isEmpty();
      assertThat(scrape.value("docker_store_unreadable_paths")).isEqualTo(1);
      assertThat(scrape.by("chain_id", "docker_layer_directory_disk_bytes").keySet())
          .containsExactly(SampleStore.chainId("base", "app").toString());
      assertThat(lines(exporter, name)).hasSize(1);
    }
    assertThat(check(ShippedUnit.RIGHTS).status()).isEqualTo(2);
  }

  @Test
  void configurationOfAnotherUserIsUnreadableToRootWithoutCapabilities()
      throws IOException, InterruptedException {
    Files.setAttribute(store.config(base), "unix:uid", NOBODY);

    var outcome = check(ShippedUnit.RIGHTS);

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.output())
        .contains("overlay2: 2 images, 2 layers, no problems in what could be read")
        .contains("unreadable: %s (permission denied)".formatted(store.layout().imageConfig(base)));
  }

  @Test
  void imageAboveALayerThatNobodyMayReadIsUnknownInEveryOutput()
      throws IOException, InterruptedException {
    Program.of("chmod", "--recursive", "a+rX", store.dataRoot().toString()).run();
    chmod("rwx------", store.layer(SampleStore.chainId("base", "app")));

    try (var exporter = serve(AS_NOBODY)) {
      awaitScans(exporter);

      Scrape scrape = exporter.metrics();
      assertThat(scrape.sum("docker_store_problems")).isZero();
      assertThat(scrape.value("docker_store_unreadable_paths")).isEqualTo(1);
      assertThat(scrape.by("image_id", "docker_image_chain_consistent"))
          .isEqualTo(Map.of(base.toString(), 1.0));
      assertThat(scrape.value("docker_store_layers")).isEqualTo(2);
      for (String sum :
          List.of(
              "docker_store_layers_size_bytes",
              "docker_store_images_size_bytes",
              "docker_store_images_reclaimable_bytes")) {
        assertThat(scrape.of(sum)).as(sum).isEmpty();
      }
      assertThat(exporter.scrape("/api/v1/report"))
          .contains("\"layers\":2,\"unreadable\":1,")
          .contains("\"id\":\"%s\",\"references\":[\"app:1\"],\"consistent\":null".formatted(app))
          .contains("\"id\":\"%s\",\"references\":[\"base:1\"],\"consistent\":true".formatted(base))
          .contains("\"problems\":[]");
      assertThat(exporter.scrape("/")).contains("unknown").doesNotContain("pill unusable");
    }
    assertThat(check(AS_NOBODY).status()).isEqualTo(2);
    assertThat(run(AS_NOBODY, "inspect", "app:1").output()).contains("state:      unknown\n");
  }

  private Program.Outcome check(List<String> user) throws IOException, InterruptedException {
    return run(user, "check");
  }

  private Program.Outcome run(List<String> user, String... command)
      throws IOException, InterruptedException {
    return Program.of(
            Stream.of(
                    user.stream(),
                    Stream.of(launcher()),
                    Stream.of(command),
                    Stream.of("--check.settle=10ms", "--docker.root=" + store.dataRoot()))
                .flatMap(Function.identity())
                .toArray(String[]::new))
        .outcome();
  }

  private ExporterProcess serve(List<String> user) throws IOException {
    return ExporterProcess.start(
        directory.resolve("exporter.log"),
        Stream.concat(user.stream(), Stream.of(launcher())).toList(),
        "--docker.root=" + store.dataRoot(),
        "--check.settle=10ms",
        "--refresh.interval=100ms");
  }

  private static String launcher() {
    return shared + "/exporter/bin/docker-image-exporter";
  }

  private static void awaitScans(ExporterProcess exporter) {
    await("some scans")
        .until(() -> exporter.metrics().value("docker_image_exporter_refreshes_total") > 5);
  }

  private static List<String> lines(ExporterProcess exporter, String part) throws IOException {
    return exporter.log().lines().filter(line -> line.contains(part)).toList();
  }

  private static String message(String line) {
    return line.substring(line.indexOf("msg="));
  }

  private static void chmod(String permissions, Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
