package io.github.dockerimageexporter.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// systemd takes the unit with each of its drop-ins without a complaint, and finds it well shut.
@Requires(Requirement.SYSTEMD)
class SystemdUnitTest {
  private static final String UNIT = "docker-image-exporter.service";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"", "sizes.conf", "dynamic-user.conf", "data-root.conf"})
  void unitIsValid(String dropIn) throws IOException, InterruptedException {
    assertThat(analyze("verify --man=no", unit(dropIn))).isEmpty();
  }

  /// A threshold of 19 is an exposure of 1.9.
  @ParameterizedTest
  @ValueSource(strings = {"", "sizes.conf", "dynamic-user.conf", "data-root.conf"})
  void exposureIsBelowTwo(String dropIn) throws IOException {
    Path unit = unit(dropIn);

    assertThatCode(() -> analyze("security --offline=true --threshold=19", unit))
        .doesNotThrowAnyException();
  }

  /// All else below `/` can be seen, and nothing written.
  @Test
  void containerdsRootIsVisibleOnceItIsMounted() throws IOException {
    String text = Files.readString(unit(""));

    assertThat(text.lines())
        .contains("RequiresMountsFor=/var/lib/docker /var/lib/containerd", "ProtectSystem=strict");
    assertThat(text.lines().filter(line -> line.startsWith("InaccessiblePaths=")))
        .noneMatch(line -> line.matches(".*-(/var/lib/containerd|/etc/containerd)( .*)?"));
  }

  private static String analyze(String command, Path unit)
      throws IOException, InterruptedException {
    return Program.of("sh", "-c", "systemd-analyze " + command + " \"$0\" 2>&1", unit.toString())
        .run();
  }

  /// The unit with a drop-in, or without; the program it starts need not be installed.
  private Path unit(String dropIn) throws IOException {
    Path unit = directory.resolve(UNIT);
    String text = Files.readString(DeployFiles.path("systemd").resolve(UNIT));
    Files.writeString(unit, text.replace("/usr/bin/docker-image-exporter", "/bin/true"));
    if (!dropIn.isEmpty()) {
      Path dropIns = Files.createDirectory(directory.resolve(UNIT + ".d"));
      Files.copy(DeployFiles.path("systemd").resolve(dropIn), dropIns.resolve(dropIn));
    }
    return unit;
  }
}
