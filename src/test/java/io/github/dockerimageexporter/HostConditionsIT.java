package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Disk;
import io.github.dockerimageexporter.engine.machine.Mounts;
import io.github.dockerimageexporter.engine.machine.Ports;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged exporter on a host whose network, clock or disk is not as most are.
class HostConditionsIT {
  @TempDir private Path directory;

  @Test
  @Requires(Requirement.CURL)
  void listensWhereThereIsIpv6Only() throws IOException, InterruptedException {
    new SampleStore(directory.resolve("root")).image("app:1", "base", "app");
    String address = "[::1]:" + Ports.free();
    List<String> command =
        List.of(
            ExporterProcess.launcher().toString(),
            "--docker.root=" + directory.resolve("root"),
            "--web.listen-address=" + address);
    try (var exporter = Daemon.start(directory.resolve("log"), command)) {
      exporter.awaitReady(() -> curl("http://" + address + "/-/ready").status() == 0);

      assertThat(
              Scrape.parse(curl("http://" + address + "/metrics").output())
                  .value("docker_store_images"))
          .isEqualTo(1);
      assertThat(curl("http://" + address.replace("[::1]", "127.0.0.1") + "/").status())
          .as("connection refused")
          .isEqualTo(7);
    }
  }

  private static Program.Outcome curl(String url) throws IOException, InterruptedException {
    return Program.of("curl", "--globoff", "--noproxy", "*", "--silent", "--fail", url).outcome();
  }

  /// Time goes on from there; only what asks for the date sees it.
  @Test
  @Requires(Requirement.FAKETIME)
  void scansGoOnWhereTheClockIsSet() throws IOException, InterruptedException {
    new SampleStore(directory.resolve("root")).image("app:1", "base", "app");
    Path clock = Files.writeString(directory.resolve("clock"), "+0");
    List<String> launch =
        List.of(
            "env",
            "LD_PRELOAD=" + Requirement.FAKETIME.file(),
            "FAKETIME_TIMESTAMP_FILE=" + clock,
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "NO_FAKE_STAT=1",
            ExporterProcess.launcher().toString());
    try (var exporter =
        ExporterProcess.start(
            directory.resolve("log"),
            launch,
            "--docker.root=" + directory.resolve("root"),
            "--refresh.interval=1s")) {
      await("all directories measured").until(() -> exporter.metrics().isMeasured());
      for (Duration ahead : List.of(Duration.ofHours(-1), Duration.ofDays(365))) {
        Files.writeString(clock, "%+d".formatted(ahead.toSeconds()));

        awaitScans(exporter, 3);

        Scrape seen = exporter.metrics();
        assertHealthy(seen);
        assertThat(seen.value("docker_image_exporter_last_refresh_timestamp_seconds"))
            .isBetween(seconds(ahead.minusMinutes(1)), seconds(ahead.plusMinutes(1)));
      }
    }
  }

  private static double seconds(Duration ahead) {
    return Instant.now().plus(ahead).getEpochSecond();
  }

  @Test
  @Requires({Requirement.ROOT, Requirement.MKFS_XFS})
  void aDiskThatIsReadOnlyOrFullIsScannedAndOneThatIsGoneIsNoLoss()
      throws IOException, InterruptedException {
    Path root = directory.resolve("root");
    new Disk(directory.resolve("disk")).make("mkfs.xfs", "-q").mount(root);
    try {
      new SampleStore(root).image("app:1", "base", "app");
      try (var exporter =
          ExporterProcess.start(
              directory.resolve("log"), "--docker.root=" + root, "--refresh.interval=1s")) {
        Program.of("dd", "if=/dev/zero", "of=" + root + "/filling", "bs=1M").outcome();
        assertThat(root.toFile().getUsableSpace()).isLessThan(1 << 20);
        awaitScans(exporter, 2);
        assertHealthy(exporter.metrics());

        Program.of("mount", "-o", "remount,ro", root.toString()).run();
        awaitScans(exporter, 2);
        assertHealthy(exporter.metrics());

        Mounts.unmountBelow(directory);
        await("an empty data root")
            .until(() -> exporter.metrics().shows(1, "docker_data_root_state", "state", "empty"));
        assertThat(exporter.metrics().sum("docker_store_problems")).isZero();
      }
    } finally {
      Mounts.unmountBelow(directory);
    }
  }

  private static void awaitScans(ExporterProcess exporter, int count)
      throws IOException, InterruptedException {
    double before = exporter.metrics().value("docker_image_exporter_refreshes_total");
    await(count + " scans")
        .until(
            () ->
                exporter.metrics().value("docker_image_exporter_refreshes_total")
                    >= before + count);
  }

  private static void assertHealthy(Scrape seen) {
    assertThat(seen.value("docker_store_images")).isEqualTo(1);
    assertThat(seen.of("docker_store_problems")).isNotEmpty().allMatch(one -> one.value() == 0);
    assertThat(seen.value("docker_store_unreadable_paths")).isZero();
    assertThat(seen.value("docker_image_exporter_last_refresh_success")).isEqualTo(1);
    assertThat(seen.value("docker_image_exporter_watch_up")).isEqualTo(1);
    assertThat(seen.by("image_id", "docker_image_chain_consistent").values()).containsOnly(1.0);
  }
}
