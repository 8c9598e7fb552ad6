package io.github.dockerimageexporter.release.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.release.DebianMachine;
import io.github.dockerimageexporter.release.InstalledService;
import io.github.dockerimageexporter.release.ReleaseFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Packages and archive, by the documents: install, see that all is well, be alerted of damage,
/// repair it by the plan, see it clear, upgrade, remove.
@Trial.Required
class PackageTrialIT {
  /// How a package comes onto a host, and off it again.
  enum Way {
    DEB(
        "apt-get install --yes --reinstall /root/*.deb",
        "apt-get purge --yes docker-image-exporter"),
    RPM(
        "rpm --force-debian --nodeps --upgrade --replacepkgs /root/*.rpm",
        "rpm --force-debian --nodeps --erase docker-image-exporter"),
    ARCHIVE(
        Documents.below("### Archive").replace("systemctl enable --now docker-image-exporter", ""),
        """
        systemctl disable --now docker-image-exporter
        rm -r /etc/systemd/system/docker-image-exporter.service /etc/default/docker-image-exporter \
          /usr/bin/docker-image-exporter /opt/docker-image-exporter-*
        """);

    private final String install;
    private final String remove;

    Way(String install, String remove) {
      this.install = "set -e; cd /root\n" + install;
      this.remove = "set -e\n" + remove;
    }

    private Path file() throws IOException {
      return switch (this) {
        case DEB -> ReleaseFiles.debianPackage();
        case RPM -> ReleaseFiles.rpm();
        case ARCHIVE -> ReleaseFiles.archive();
      };
    }
  }

  @TempDir private Path directory;

  /// One of them on every run, all where engines are tested thoroughly.
  static List<Way> ways() {
    return EngineKind.isThorough() ? List.of(Way.values()) : List.of(Way.DEB);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aHostIsWatchedFromInstallationToRemoval(Way way) throws IOException, InterruptedException {
    try (DebianMachine machine = DebianMachine.bootWithDocker(directory)) {
      Trial trial = Trial.on(machine, directory);
      InstalledService service = trial.service();
      Path file = way.file();
      Files.copy(file, machine.root().resolve("root").resolve(file.getFileName()));

      machine.run(way.install);
      service.start();
      trial.assertHealthy();
      trial.watchThroughDamage(directory.resolve("monitoring"));
      String before = service.mainPid();
      machine.run(way.install + "\nsystemctl try-restart docker-image-exporter");
      await().until(() -> machine.succeeds("docker-image-exporter healthcheck"));
      assertThat(service.mainPid()).isNotEqualTo(before);
      trial.assertHealthy();

      machine.run(way.remove);
      assertThat(service.activity()).isEqualTo("inactive");
      assertThat(service.remains()).isEmpty();
      trial.assertImageIsThere();
    }
  }
}
