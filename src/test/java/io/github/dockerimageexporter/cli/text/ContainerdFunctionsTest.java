package io.github.dockerimageexporter.cli.text;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

  /// Those of two snapshots that are in use; other engines of the machine have none so high.
  private static final String MOUNTED =
      "for each in 98765 98766; do ! is_mounted \"$each\" || echo \"$each\"; done";

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
        "-o bind \"$WORK/98765/fs\"",
        "-t overlay -o \"lowerdir=$WORK/7/fs:$WORK/98765/fs\" overlay",
        "-t overlay -o \"lowerdir=$WORK/98765/fs:$WORK/7/fs\" overlay"
      })
  void layerIsInUseWhereItIsMountedToBeRead(String mount) throws IOException, InterruptedException {
    assumeTrue(Program.of("unshare", "-rm", "sh", "-ec", OVERLAY).outcome().status() == 0);
    for (String name : List.of("98765/fs", "7/fs", "mounted")) {
      Files.createDirectories(directory.resolve(name));
    }
    String script =
        ContainerdScript.functions() + "mount %s \"$WORK/mounted\"\n".formatted(mount) + MOUNTED;

    assertThat(
            new Program(
                    Map.of("WORK", directory.toString(), "home", "", "snapshotter", ""),
                    List.of("unshare", "-rm", "sh", "-c", script))
                .outcome())
        .isEqualTo(new Program.Outcome(0, "98765", ""));
  }

  /// A daemon can have a mount namespace of its own, as that of a snap.
  @ParameterizedTest
  @CsvSource({"snapshots, 98765", "elsewhere, ''"})
  void layerIsInUseWhereOnlyADaemonOfItsStoreSeesIt(String store, String used)
      throws IOException, InterruptedException {
    assumeTrue(Program.of("unshare", "-rm", "sh", "-ec", OVERLAY).outcome().status() == 0);
    Files.createDirectory(directory.resolve("snapshots"));
    for (String name : List.of("98765/fs", "7/fs", "7/work", "mounted")) {
      Files.createDirectories(directory.resolve(store).resolve(name));
    }
    Files.copy(Path.of("/bin/sleep"), directory.resolve("dockerd"), COPY_ATTRIBUTES);
    String script =
        """
        mount -t overlay overlay mounted \
          -o "lowerdir=98765/fs,upperdir=$PWD/7/fs,workdir=$PWD/7/work"
        exec "$PWD/../dockerd" 60
        """;
    Process daemon =
        new ProcessBuilder("unshare", "-rm", "sh", "-ec", script)
            .directory(directory.resolve(store).toFile())
            .start();
    try {
      Path name = Path.of("/proc/" + daemon.pid() + "/comm");
      await("start of the daemon").until(() -> Files.readString(name).equals("dockerd\n"));

      assertThat(run(MOUNTED)).isEqualTo(new Program.Outcome(0, used, ""));
    } finally {
      daemon.destroyForcibly().waitFor();
    }
  }

  /// Killed after the wrong files were moved aside, and before the right ones were in their place.
  @Test
  void aPlanThatWasKilledCanBeRunAgain() throws IOException, InterruptedException {
    Digest layer = layer();
    Files.createDirectories(directory.resolve("aside/snapshots/5"));
    Files.createDirectories(directory.resolve("aside/unpacked/5/fs"));
    String plan = "make_places; renew 5 %1$s %1$s 4".formatted(layer);

    assertThat(run(plan).status()).isZero();
    assertThat(files("5")).containsExactly("file");
    Files.createFile(directory.resolve("snapshots/5/fs/later"));
    assertThat(run(plan).status()).isZero();
    assertThat(files("5")).containsExactly("file", "later");
    assertThat(directory.resolve("aside/snapshots/5")).exists();
  }

  /// containerd hides nothing in a layer that stands on none.
  @ParameterizedTest
  @CsvSource({"4, 'file gone'", "'', file"})
  void onlyALayerOnOthersHidesFiles(String parent, String expected)
      throws IOException, InterruptedException {
    Digest layer = layer(".wh.gone");

    Program.Outcome outcome = run("make_places; refill 5 %1$s %1$s %2$s".formatted(layer, parent));

    assertThat(outcome).isEqualTo(new Program.Outcome(0, "", ""));
    assertThat(files("5")).containsExactlyInAnyOrder(expected.split(" "));
  }

  /// The image may have been there before, and would be removed.
  @Test
  void nothingIsFetchedWhileContainerdDoesNotListItsImages()
      throws IOException, InterruptedException {
    Program.Outcome outcome = run("containerd() { return 1; }; fetch_image example.com/a@sha256:b");

    assertThat(outcome)
        .isEqualTo(
            new Program.Outcome(
                1,
                "",
                "plan stopped: example.com/a@sha256:b: containerd does not list its images"));
  }

  /// A blob of a file and of `others`, with directories for its snapshot and the one below.
  private Digest layer(String... others) throws IOException, InterruptedException {
    Path snapshots = Files.createDirectories(directory.resolve("snapshots"));
    assumeTrue(Files.getAttribute(snapshots, "unix:uid").equals(0));
    Files.createDirectories(snapshots.resolve("4/fs"));
    Digest layer = Digest.of(Files.readAllBytes(tar(others)));
    Files.move(
        directory.resolve("layer.tar"),
        Files.createDirectory(directory.resolve("blobs")).resolve(layer.hex()));
    return layer;
  }

  private List<String> files(String snapshot) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("snapshots/" + snapshot + "/fs"))) {
      return files.map(Path::getFileName).map(Path::toString).sorted().toList();
    }
  }

  private Path tar(String... others) throws IOException, InterruptedException {
    Path tar = directory.resolve("layer.tar");
    if (!Files.exists(tar)) {
      List<String> names = Stream.concat(Stream.of("file"), Stream.of(others)).toList();
      for (String name : names) {
        Files.writeString(directory.resolve(name), "content");
      }
      new Program(
              Map.of(),
              Stream.concat(
                      Stream.of("tar", "-cf", tar.toString(), "-C", directory.toString()),
                      names.stream())
                  .toList())
          .run();
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
