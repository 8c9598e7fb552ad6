package io.github.dockerimageexporter.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a unit hides is told by the mounts of its processes, as `/proc/self/mountinfo` has them.
class UnitSandboxTest {
  private static final String SYSTEM = "30 1 8:1 / / ro,relatime shared:1 - ext4 /dev/sda1 rw\n";

  @ParameterizedTest
  @CsvSource({
    "/home, ProtectHome",
    "/root, ProtectHome",
    "/run/user, ProtectHome",
    "/srv, InaccessiblePaths",
    "/var/lib/docker/image, InaccessiblePaths"
  })
  void inaccessibleDirectoryHidesWhatIsBelow(String point, String setting) {
    var sandbox = sandbox(inaccessible(point));

    assertThat(sandbox.settingThatHides(Path.of(point))).contains(setting);
    assertThat(sandbox.settingThatHides(Path.of(point, "docker"))).contains(setting);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/homes/docker", "/var/lib/docker"})
  void otherPathsAreNotHidden(String path) {
    assertThat(sandbox(inaccessible("/home")).settingThatHides(Path.of(path))).isEmpty();
  }

  @Test
  void whatIsMountedBelowItIsSeen() {
    var sandbox =
        sandbox(
            inaccessible("/home") + "42 41 8:1 /home/docker /home/docker ro - ext4 /dev/sda1 rw\n");

    assertThat(sandbox.settingThatHides(Path.of("/home/docker"))).isEmpty();
    assertThat(sandbox.settingThatHides(Path.of("/home/other"))).contains("ProtectHome");
  }

  @Test
  void laterMountOnTheSamePlaceIsSeen() {
    var sandbox = sandbox("40 30 8:2 / /home rw - ext4 /dev/sdb1 rw\n" + inaccessible("/home"));

    assertThat(sandbox.settingThatHides(Path.of("/home/docker"))).contains("ProtectHome");
  }

  @Test
  void readOnlyMemoryInPlaceOfHomesIsTheUnitsDoing() {
    String mounts = SYSTEM + "41 30 0:50 / /home ro,nosuid,nodev - tmpfs tmpfs rw,mode=755\n";

    assertThat(UnitSandbox.parse(mounts, true).settingThatHides(Path.of("/home/docker")))
        .contains("ProtectHome");
    assertThat(UnitSandbox.parse(mounts, false).settingThatHides(Path.of("/home/docker")))
        .isEmpty();
  }

  @Test
  void privateTemporaryDirectoryHidesTheHosts() {
    var sandbox =
        sandbox(
            "41 30 8:1 /tmp/systemd-private-4f2a-docker-image-exporter.service-x1/tmp /tmp rw"
                + " - ext4 /dev/sda1 rw\n");

    assertThat(sandbox.settingThatHides(Path.of("/tmp/docker"))).contains("PrivateTmp");
  }

  @Test
  void blanksInNamesOfMountsAreRead() {
    assertThat(sandbox(inaccessible("/my\\040disk")).settingThatHides(Path.of("/my disk/docker")))
        .contains("InaccessiblePaths");
  }

  @Test
  void nothingIsHiddenFromThisTest(@TempDir Path directory) throws IOException {
    assertThat(UnitSandbox.ofThisProcess().mounts()).isNotEmpty();
    assertThat(
            UnitSandbox.ofThisProcess().settingThatHides(Files.createTempDirectory(directory, "x")))
        .isEmpty();
  }

  private static UnitSandbox sandbox(String mounts) {
    return UnitSandbox.parse(SYSTEM + mounts, true);
  }

  private static String inaccessible(String point) {
    return "41 30 0:25 /systemd/inaccessible/dir %s ro,nosuid,nodev,noexec shared:14 - tmpfs tmpfs rw\n"
        .formatted(point);
  }
}
