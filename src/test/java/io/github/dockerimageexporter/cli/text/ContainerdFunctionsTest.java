package io.github.dockerimageexporter.cli.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What plans for a store of containerd call, run by a real shell. `docker` is a stand-in that does
/// not answer.
class ContainerdFunctionsTest {
  private static final int OF_A_USER = 1000;

  /// Fails where a user must not mount one.
  private static final String OVERLAY =
      """
      mount -t tmpfs tmpfs /tmp
      mkdir /tmp/one /tmp/other /tmp/both
      mount -t overlay -o lowerdir=/tmp/one:/tmp/other overlay /tmp/both
      """;

  @TempDir private Path directory;

  @BeforeEach
  void noDocker() throws IOException {
    Path docker =
        Files.writeString(
            Files.createDirectory(directory.resolve("bin")).resolve("docker"),
            "#!/bin/sh\nexit 1\n");
    Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:5000/app, yes",
    "127.0.0.1:5000/app, yes",
    "[::1]:5000/app, yes",
    "[2001:db8::1]:5000/app, no",
    "[::1].example.com/app, no",
    "127.0.0.1.example.com/app, no",
    "docker.io/library/app, no"
  })
  void onlyLoopbackIsAskedWithoutTls(String reference, String expected)
      throws IOException, InterruptedException {
    assertThat(run("if is_insecure '%s'; then echo yes; else echo no; fi".formatted(reference)))
        .isEqualTo(new Program.Outcome(0, expected, ""));
  }

  /// Root would give the files owners that are nobody's in the daemon's containers.
  @Test
  void layersAreNotUnpackedForARootlessDaemon() throws IOException, InterruptedException {
    Path snapshots = Files.createDirectories(directory.resolve("snapshots"));
    if (Files.getAttribute(snapshots, "unix:uid").equals(0)) {
      Files.setAttribute(snapshots, "unix:uid", OF_A_USER);
    }
    Digest layer = Digest.of(Files.readAllBytes(tar()));
    Path blobs = Files.createDirectory(directory.resolve("blobs"));
    Files.copy(tar(), blobs.resolve(layer.hex()));
    Files.createDirectories(directory.resolve("aside/unpacked"));

    Program.Outcome outcome = run("refill 5 %1$s %1$s".formatted(layer));

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.complaints())
        .startsWith("plan stopped: %s: layers are unpacked by root only".formatted(snapshots));
    assertThat(snapshots).isEmptyDirectory();
  }

  /// As of an image that a container mounts: the lowest layer stands last, and the only one is
  /// bound.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-o bind \"$WORK/5/fs\"",
        "-t overlay -o \"lowerdir=$WORK/7/fs:$WORK/5/fs\" overlay",
        "-t overlay -o \"lowerdir=$WORK/5/fs:$WORK/7/fs\" overlay"
      })
  void layerIsInUseWhereItIsMountedToBeRead(String mount) throws IOException, InterruptedException {
    assumeTrue(Program.of("unshare", "-rm", "sh", "-ec", OVERLAY).outcome().status() == 0);
    for (String name : List.of("5/fs", "7/fs", "mounted")) {
      Files.createDirectories(directory.resolve(name));
    }
    String script =
        ContainerdScript.functions()
            + "mount %s \"$WORK/mounted\"\n".formatted(mount)
            + "for each in 5 6; do ! is_mounted \"$each\" || echo \"$each\"; done";

    assertThat(
            new Program(
                    Map.of("WORK", directory.toString(), "home", "", "snapshotter", ""),
                    List.of("unshare", "-rm", "sh", "-c", script))
                .outcome())
        .isEqualTo(new Program.Outcome(0, "5", ""));
  }

  private Path tar() throws IOException, InterruptedException {
    Path tar = directory.resolve("layer.tar");
    if (!Files.exists(tar)) {
      Files.write(directory.resolve("file"), "content".getBytes(UTF_8));
      Program.of("tar", "-cf", tar.toString(), "-C", directory.toString(), "file").run();
    }
    return tar;
  }

  private Program.Outcome run(String calls) throws IOException, InterruptedException {
    String script =
        """
        set -eu
        home=$WORK
        snapshotter=overlayfs
        %s
        blobs=$WORK/blobs
        snapshots=$WORK/snapshots
        aside=$WORK/aside
        %s
        """
            .formatted(ContainerdScript.functions(), calls);
    return new Program(
            Map.of("WORK", directory.toString(), "PATH", directory + "/bin:/usr/bin:/bin"),
            List.of("sh", "-c", script))
        .outcome();
  }
}
