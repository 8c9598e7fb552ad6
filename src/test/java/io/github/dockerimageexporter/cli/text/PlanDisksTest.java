package io.github.dockerimageexporter.cli.text;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Mounts;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plans of data roots that span file systems, run by a real shell on real mounts and links.
class PlanDisksTest {
  @TempDir private Path directory;
  private SampleStore store;
  private ImageId app;
  private String container;

  @BeforeEach
  void storeAndDisk() throws Exception {
    store = new SampleStore(directory.resolve("root"));
    app = store.image("127.0.0.1:5000/app:1", "base", "app", "top");
    store.tag("127.0.0.1:5000/app@" + chainId("manifest"), app);
    container = store.container("web", app);
    program(
        "docker",
        """
        case "$1 $2" in
          "info "*) [ ! -e "$WORK/stopped" ] && printf '%s\\n' "$WORK/root" ;;
          "image inspect") printf '%s\\n' "$ID" ;;
        esac
        """);
    program(
        "systemctl",
        """
        case $1 in
          stop) touch "$WORK/stopped" ;;
          start) mv "$WORK/stopped" "$WORK/restarted" ;;
        esac
        """);
    program("docker-image-exporter", "");
    Files.createDirectory(directory.resolve("disk"));
    assumeTrue(shell("mount -t tmpfs tmpfs disk").status() == 0, "mounting is not allowed");
  }

  @AfterEach
  void unmount() throws Exception {
    Mounts.unmountBelow(directory);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount_disk_on overlay2",
        "mount_disk_on image",
        "mount_disk_on image/overlay2",
        "mount_disk_on overlay2 && link_to_disk image",
        "bind_itself overlay2",
        "link_to_disk image",
        "link_to_disk image/overlay2",
        "link_to_disk containers",
        "link_to_disk overlay2",
        "link_to_disk image && link_to_disk overlay2 && link_to_disk containers",
        "link_to_top_of_disk overlay2",
        "link_to_top_of_disk image/overlay2"
      })
  void whatIsMovedStaysOnItsFileSystem(String arrangement) throws Exception {
    arrange(arrangement);
    shell("rm -r root/overlay2/" + cacheId("base", "app") + "/diff");
    List<Object> before = filesOfWhatIsMoved();

    Program.Outcome outcome = runPlan();

    assertThat(outcome.status()).as(outcome.complaints()).isZero();
    assertThat(filesMovedAside()).containsAll(before);
    assertThat(store.layer(chainId("base", "app"))).doesNotExist();
    assertThat(plan()).doesNotContain("docker-image-exporter-moved-aside");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mount_disk_on image/overlay2/layerdb",
        "mount_disk_on image/overlay2/layerdb/sha256",
        "mount_disk_on containers",
        "link_to_disk image/overlay2/imagedb",
        "mount_disk_on overlay2/l"
      })
  void whatCannotStayOnItsFileSystemStopsThePlanBeforeAnythingElse(String arrangement)
      throws Exception {
    arrange(arrangement);
    shell("rm -r root/overlay2/" + cacheId("base", "app") + "/diff");
    String before = shell("find -L root | sort").output();

    Program.Outcome outcome = runPlan();

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.complaints())
        .startsWith("plan stopped: ")
        .contains(": on another file system than ");
    assertThat(shell("find -L root | sort").output()).isEqualTo(before);
    assertThat(directory.resolve("stopped")).doesNotExist();
    assertThat(directory.resolve("restarted")).doesNotExist();
  }

  @Test
  void aDiskThatIsUnmountedAsTheDaemonStopsStopsThePlanBeforeAnythingIsMoved() throws Exception {
    arrange("mount_disk_on overlay2");
    shell("rm -r root/overlay2/" + cacheId("base", "app") + "/diff");
    program("systemctl", "touch \"$WORK/stopped\" && umount \"$WORK/root/overlay2\"\n");

    Program.Outcome outcome = runPlan();

    assertThat(outcome.complaints())
        .isEqualTo(
            "plan stopped: a file system below %s is no longer mounted since the daemon stopped;"
                    .formatted(store.dataRoot())
                + " nothing was moved: mount it, then run this plan again");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(filesMovedAside()).isEmpty();
  }

  @Test
  void thePlanSaysWhereThingsGo() throws Exception {
    arrange("mount_disk_on overlay2");
    shell("rm -r root/overlay2/" + cacheId("base", "app") + "/diff");

    assertThat(runPlan().output().replaceAll("[0-9]{8}T[0-9]{6}Z", "TIME"))
        .contains(
            "containers: what is moved aside goes to %s/moved-aside-TIME-overlay2"
                .formatted(store.dataRoot()),
            "overlay2: what is moved aside goes to"
                + " %s/overlay2/.docker-image-exporter-moved-aside-TIME-overlay2"
                    .formatted(store.dataRoot()));
  }

  private void arrange(String arrangement) throws Exception {
    Program.Outcome outcome =
        shell(
            """
            mount_disk_on() {
              cp -a "root/$1" copy && mount -t tmpfs tmpfs "root/$1" && cp -a copy/. "root/$1"
            }
            bind_itself() {
              mount --bind "root/$1" "root/$1"
            }
            link_to_disk() {
              mkdir -p "$(dirname "disk/docker/$1")" && cp -a "root/$1" "disk/docker/$1.there" &&
                rm -r "root/$1" && ln -s "$PWD/disk/docker/$1.there" "root/$1"
            }
            link_to_top_of_disk() {
              cp -a "root/$1/." disk && rm -r "root/$1" && ln -s "$PWD/disk" "root/$1"
            }
            """
                + arrangement);
    assertThat(outcome.status()).as(outcome.complaints()).isZero();
  }

  /// Device and inode of files of each part: a copy would have others.
  private List<Object> filesOfWhatIsMoved() throws IOException {
    return List.of(
        key(store.dataRoot().resolve(store.layout().imageConfig(app))),
        key(store.layer(chainId("base", "app")).resolve("diff")),
        key(store.content(cacheId("base", "app", "top")).resolveSibling("link")),
        key(store.dataRoot().resolve("containers/" + container + "/config.v2.json")));
  }

  private List<Object> filesMovedAside() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().contains("moved-aside-"))
          .filter(Files::isRegularFile)
          .map(PlanDisksTest::key)
          .toList();
    }
  }

  private static Object key(Path file) {
    try {
      return Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void program(String name, String script) throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private String plan() {
    var out = new StringWriter();
    ExporterCommand.run(
        new String[] {
          "check", "--plan", "--check.settle=1ms", "--docker.root", store.dataRoot().toString()
        },
        Map.of(),
        new PrintWriter(out),
        new PrintWriter(new StringWriter()));
    return out.toString();
  }

  private Program.Outcome runPlan() throws Exception {
    Files.writeString(directory.resolve("plan.sh"), plan());
    return shell("exec sh plan.sh");
  }

  private Program.Outcome shell(String script) throws IOException, InterruptedException {
    return new Program(
            Map.of(
                "WORK",
                directory.toString(),
                "ID",
                app.toString(),
                "PATH",
                directory.resolve("bin") + ":/usr/sbin:/usr/bin:/sbin:/bin"),
            List.of("sh", "-c", "cd \"$WORK\" && eval \"$1\"", "sh", script))
        .outcome();
  }
}
