package io.github.dockerimageexporter.release.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.release.DebianMachine;
import io.github.dockerimageexporter.release.InstalledService;
import io.github.dockerimageexporter.release.ProjectVersion;
import io.github.dockerimageexporter.release.ReleaseFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From 0.1.0, whose settings use each of its flags, by the documents.
@DebianMachine.Required
class UpgradeIT {
  private static final String SETTINGS = "/etc/default/docker-image-exporter";
  private static final String UNIT = "docker-image-exporter.service";

  /// What an administrator has added.
  private static final String CHANGES =
      """
      ARGS="--check.settle=2s --check.grace=2h --web.listen-address=127.0.0.1:10210 \
      --web.telemetry-path=/metrics --refresh.interval=1m --refresh.debounce=500ms \
      --watch.limit=1000 --usage.interval=7d --usage.threads=2 --no-collector.layers \
      --collector.image-layers --collector.layer-limit=100 --log.level=debug --log.format=json"
      DOCKER_IMAGE_EXPORTER_DOCKER_ROOT=/srv/docker
      DOCKER_IMAGE_EXPORTER_JAVA_OPTS=-Xmx80m
      """;

  @TempDir private Path directory;
  private DebianMachine machine;
  private InstalledService service;

  @BeforeEach
  void bootBesideAStore() throws IOException, InterruptedException {
    machine = DebianMachine.boot(directory);
    service = new InstalledService(machine);
    new SampleStore(machine.root().resolve("srv/docker")).image("app:1", "base", "app");
    Path dropIn = machine.root().resolve("etc/systemd/system/" + UNIT + ".d").resolve("sizes.conf");
    Files.createDirectories(dropIn.getParent());
    Files.copy(FirstRelease.file("sizes.conf"), dropIn);
  }

  @AfterEach
  void powerOff() throws IOException {
    machine.close();
  }

  @Test
  void debianPackageKeepsChangedSettingsAndRestartsTheService()
      throws IOException, InterruptedException {
    String install = "apt-get install --yes -o Dpkg::Options::=--force-confold /root/";
    machine.run(install + brought(FirstRelease.debianPackage(directory)));
    String before = startAsChanged("/lib/systemd/system/");

    machine.run(install + brought(ReleaseFiles.debianPackage()));

    assertUpgraded(before, "/lib/systemd/system/");
    assertThat(machine.run("cat %s.dpkg-dist".formatted(SETTINGS)))
        .isEqualTo(
            Files.readString(Path.of("deploy/systemd/docker-image-exporter.default")).strip());
  }

  @Test
  void archiveKeepsChangedSettings() throws IOException, InterruptedException {
    String install = "set -e; cd /root\n" + Documents.below("### Archive");
    Path first = FirstRelease.archive(directory);
    brought(first);
    machine.run(install.replace(nameIn(ReleaseFiles.archive()), nameIn(first)));
    String before = startAsChanged("/etc/systemd/system/");

    brought(ReleaseFiles.archive());
    machine.run(install + Documents.row("## Upgrade", "archive").replace("/opt", ""));
    await().until(() -> machine.succeeds("docker-image-exporter healthcheck"));

    assertUpgraded(before, "/etc/systemd/system/");
  }

  /// Starts it as 0.1.0 has it, and returns its process.
  private String startAsChanged(String units) throws IOException, InterruptedException {
    Files.writeString(
        machine.root().resolve(SETTINGS.substring(1)),
        FirstRelease.text("docker-image-exporter.default") + CHANGES);
    assertThat(machine.run("cat " + units + UNIT)).isEqualTo(FirstRelease.text(UNIT).strip());
    service.start();
    machine.run("systemctl restart docker-image-exporter");
    assertServedAsChanged();
    return service.mainPid();
  }

  private void assertUpgraded(String before, String units)
      throws IOException, InterruptedException {
    assertThat(service.mainPid()).isNotEqualTo(before);
    assertThat(machine.run("cat " + SETTINGS)).endsWith(CHANGES.strip());
    assertThat(machine.run("cat " + units + UNIT))
        .isEqualTo(Files.readString(Path.of("deploy/systemd", UNIT)).strip());
    assertThat(machine.run("docker-image-exporter --version"))
        .startsWith("docker-image-exporter, version %s ".formatted(ProjectVersion.name()));
    assertServedAsChanged();
  }

  private void assertServedAsChanged() throws IOException, InterruptedException {
    Scrape scrape = service.measured();
    assertThat(scrape.value("docker_store_images")).isEqualTo(1);
    assertThat(scrape.of("docker_layer_size_bytes")).isEmpty();
    assertThat(scrape.of("docker_image_layer_info")).isNotEmpty();
    assertThat(machine.run("systemctl show --property=CapabilityBoundingSet " + UNIT))
        .endsWith("=cap_dac_read_search");
  }

  /// Lays a file into the machine, and returns its name.
  private String brought(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    Files.copy(file, machine.root().resolve("root").resolve(name));
    return name;
  }

  private static String nameIn(Path archive) {
    return String.valueOf(archive.getFileName()).replace(".tar.gz", "");
  }
}
