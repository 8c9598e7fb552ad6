package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scripts of the rpm, where systemd does not answer. `systemctl` is a stand-in.
class RpmScriptsTest {
  @TempDir private Path directory;

  @Test
  void packageCanBeRemovedThoughSystemdDoesNotAnswer() throws IOException, InterruptedException {
    Path systemctl =
        Files.writeString(
            directory.resolve("systemctl"),
            "#!/bin/sh\necho Failed to connect to bus. >&2\nexit 1\n");
    Files.setPosixFilePermissions(systemctl, PosixFilePermissions.fromString("rwx------"));

    var outcome =
        new Program(
                Map.of("PATH", directory + ":/usr/bin:/bin"),
                List.of("sh", "src/main/rpm/preun", "0"))
            .outcome();

    assertThat(outcome.complaints()).contains("Failed to connect to bus.");
    assertThat(outcome.status()).isZero();
  }
}
