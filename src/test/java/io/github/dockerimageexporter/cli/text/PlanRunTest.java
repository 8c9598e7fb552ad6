package io.github.dockerimageexporter.cli.text;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.demo.SampleStore;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plans of sample stores, run by a real shell with real tools. Only `docker` and `systemctl` are
/// stand-ins, which write down how they were called.
class PlanRunTest {
  @TempDir private Path directory;
  private SampleStore store;
  private ImageId app;
  private String digest;
  private String container;

  @BeforeEach
  void store() throws IOException {
    fill(directory.resolve("root"));
    program(
        "docker",
        """
        printf '%s\\n' "$*" >>"$WORK/calls"
        case "$1 $2" in
          "info "*) [ -e "$WORK/running" ] && cat "$WORK/root-of-daemon" ;;
          "manifest inspect") [ ! -e "$WORK/gone" ] ;;
          "image inspect") [ "$3" = --format ] && cat "$WORK/id" ;;
        esac
        """);
    program(
        "systemctl",
        """
        printf '%s\\n' "systemctl $*" >>"$WORK/calls"
        case $1 in
          stop) rm -f "$WORK/running" ;;
          start) touch "$WORK/running" ;;
        esac
        """);
    program("docker-image-exporter", "printf '%s\\n' \"exporter $*\" >>\"$WORK/calls\"\n");
  }

  @Test
  void whatStandsOnALostLayerIsMovedAsideAndPulledAgain() throws IOException, InterruptedException {
    delete(store.content(cacheId("base", "app")));

    Program.Outcome outcome = run(plan());

    assertThat(outcome.status()).as(outcome.complaints()).isZero();
    assertThat(calls())
        .containsExactly(
            "manifest inspect --insecure -- " + digest,
            "systemctl stop docker.socket docker.service",
            "systemctl start docker.service",
            "pull -- " + digest,
            "image inspect --format {{.Id}} -- " + digest,
            "builder prune --all --force",
            "exporter check --docker.root=" + store.dataRoot());
    assertThat(movedAside())
        .contains(
            store.layout().imageConfig(app),
            store.layout().layer(chainId("base", "app")) + "/diff",
            store.layout().layer(chainId("base", "app", "top")) + "/diff",
            "overlay2/" + cacheId("base", "app", "top") + "/link",
            "containers/" + container + "/config.v2.json")
        .doesNotContain(store.layout().layer(chainId("base")) + "/diff");
    assertThat(store.layer(chainId("base"))).exists();
    assertThat(store.layer(chainId("base", "app", "top"))).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "it's",
        "$(touch pwned)",
        "`touch pwned`",
        "-rf",
        "; touch pwned #",
        "\"* ? \\",
        "caf\u00e9"
      })
  void aDataRootOfAnyPrintableNameIsRepaired(String name) throws IOException, InterruptedException {
    fill(directory.resolve(name));
    delete(store.content(cacheId("base", "app")));

    Program.Outcome outcome = run(plan());

    assertThat(outcome.status()).as(outcome.complaints()).isZero();
    assertThat(store.layer(chainId("base", "app"))).doesNotExist();
    assertThat(movedAside()).contains(store.layout().layer(chainId("base", "app")) + "/diff");
    assertThat(directory.resolve("pwned")).doesNotExist();
  }

  @Test
  void aFileThatHasChangedSinceStopsThePlan() throws IOException, InterruptedException {
    delete(store.content(cacheId("base", "app", "top")));
    String plan = plan();
    Path diff = store.layer(chainId("base", "app", "top")).resolve("diff");
    Files.writeString(diff, chainId("base").toString());

    Program.Outcome outcome = run(plan);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.complaints())
        .isEqualTo(
            "plan stopped: %s: changed since the scan; run check --plan again"
                .formatted(store.dataRoot().relativize(diff)));
    assertThat(diff).exists();
    assertThat(calls()).doesNotContain("systemctl start docker.service");
  }

  @Test
  void aRegistryWithoutTheImageStopsThePlanBeforeAnythingElse()
      throws IOException, InterruptedException {
    delete(store.content(cacheId("base", "app")));
    Files.createFile(directory.resolve("gone"));

    Program.Outcome outcome = run(plan());

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.complaints()).contains(digest + ": its registry does not have it");
    assertThat(calls()).containsExactly("manifest inspect --insecure -- " + digest);
  }

  @Test
  void aDaemonThatUsesTheDataRootStopsThePlan() throws IOException, InterruptedException {
    delete(store.content(cacheId("base", "app")));
    String plan = plan();
    Path database = Files.createFile(store.dataRoot().resolve("buildkit/snapshots.db"));
    Process daemon =
        new ProcessBuilder("flock", database.toString(), "sh", "-c", "echo locked; read -r wait")
            .start();
    try {
      assertThat(daemon.inputReader().readLine()).isEqualTo("locked");

      Program.Outcome outcome = run(plan);

      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.complaints())
          .isEqualTo("plan stopped: a daemon uses %s: stop it first".formatted(store.dataRoot()));
      assertThat(store.layer(chainId("base", "app"))).exists();
    } finally {
      daemon.getOutputStream().close();
      daemon.destroy();
    }
  }

  @Test
  void theDaemonOfAnotherDataRootIsNotStopped() throws IOException, InterruptedException {
    delete(store.content(cacheId("base", "app")));
    String plan = plan();
    Files.writeString(directory.resolve("root-of-daemon"), "/var/lib/docker\n");
    Files.createFile(directory.resolve("running"));

    Program.Outcome outcome = run(plan);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.complaints())
        .isEqualTo(
            "plan stopped: docker talks to the daemon of /var/lib/docker, not of %s: set DOCKER_HOST"
                .formatted(store.dataRoot()));
    assertThat(calls()).containsExactly("manifest inspect --insecure -- " + digest);
    assertThat(store.layer(chainId("base", "app"))).exists();
  }

  @Test
  void anImageThatIsNotTheRecordedOneStopsThePlan() throws IOException, InterruptedException {
    delete(store.content(cacheId("base", "app")));
    String plan = plan();
    Files.writeString(directory.resolve("id"), "sha256:another");

    Program.Outcome outcome = run(plan);

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.complaints())
        .isEqualTo("plan stopped: %s: pulled, but it is not image %s".formatted(digest, app));
  }

  @Test
  void aNameOfThisHostAloneIsRemovedAndNeverPulled() throws IOException, InterruptedException {
    store.tag("local:1", ImageId.parse(chainId("lost").toString()));

    Program.Outcome outcome = run(plan());

    assertThat(outcome.status()).as(outcome.complaints()).isZero();
    assertThat(calls())
        .containsExactly(
            "systemctl start docker.service",
            "image inspect -- local:1",
            "import - local:1",
            "rmi -- local:1",
            "exporter check --docker.root=" + store.dataRoot());
  }

  @Test
  void aLostShortNameIsTheOneThatLeadsToTheDirectory() throws IOException, InterruptedException {
    Path link = store.content(cacheId("base", "app")).resolveSibling("link");
    String name = Files.readString(link);
    Files.delete(link);

    Program.Outcome outcome = run(plan());

    assertThat(outcome.status()).as(outcome.complaints()).isZero();
    assertThat(link).hasContent(name);
    assertThat(plan()).endsWith(": nothing to repair\n");
  }

  @Test
  void whatTakesUpNothingIsNotCounted() throws IOException {
    Files.delete(store.content(cacheId("base", "app")).resolveSibling("lower"));

    assertThat(plan()).contains("remove what was moved aside").doesNotContain("It takes up");
  }

  @Test
  void aShortNameThatIsLostOnBothSidesIsTheOneThatTheLayerAboveKnows()
      throws IOException, InterruptedException {
    Path link = store.content(cacheId("base", "app")).resolveSibling("link");
    String name = Files.readString(link);
    Files.delete(link);
    Files.delete(store.dataRoot().resolve("overlay2/l").resolve(name));

    Program.Outcome outcome = run(plan());

    assertThat(outcome.status()).as(outcome.complaints()).isZero();
    assertThat(link).hasContent(name);
    assertThat(plan()).endsWith(": nothing to repair\n");
  }

  @Test
  void nothingIsWrittenThroughASymbolicLink() throws IOException, InterruptedException {
    Path lower = store.content(cacheId("base", "app")).resolveSibling("lower");
    Path outside = Files.writeString(directory.resolve("outside"), "");
    Files.delete(lower);
    String plan = plan();
    Files.createSymbolicLink(lower, outside);

    assertThat(run(plan).status()).isEqualTo(1);
    assertThat(outside).hasContent("");
  }

  private void fill(Path root) throws IOException {
    store = new SampleStore(root);
    app = store.image("127.0.0.1:5000/app:1", "base", "app", "top");
    digest = "127.0.0.1:5000/app@" + chainId("manifest");
    store.tag(digest, app);
    container = store.container("web", app);
    Files.writeString(directory.resolve("root-of-daemon"), root + "\n");
    Files.writeString(directory.resolve("id"), app.toString());
  }

  private void program(String name, String script) throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path file = Files.writeString(bin.resolve(name), "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private String plan() {
    var out = new StringWriter();
    var err = new StringWriter();
    ExporterCommand.run(
        new String[] {"check", "--plan", "--check.settle=1ms", "--docker.root", root()},
        Map.of(),
        new PrintWriter(out),
        new PrintWriter(err));
    assertThat(err).hasToString("");
    return out.toString();
  }

  private String root() {
    return store.dataRoot().toString();
  }

  private Program.Outcome run(String plan) throws IOException, InterruptedException {
    Path script = Files.writeString(directory.resolve("plan.sh"), plan);
    return new Program(
            Map.of(
                "WORK",
                directory.toString(),
                "PATH",
                directory.resolve("bin") + ":/usr/sbin:/usr/bin:/sbin:/bin"),
            List.of("sh", "-c", "cd \"$WORK\" && exec sh \"$1\"", "sh", script.toString()))
        .outcome();
  }

  /// How the stand-ins were called, but for questions whether the daemon runs.
  private List<String> calls() throws IOException {
    return Files.readAllLines(directory.resolve("calls")).stream()
        .filter(call -> !call.startsWith("info "))
        .toList();
  }

  /// The files that were moved aside, relative to where they are now.
  private List<String> movedAside() throws IOException {
    try (Stream<Path> found = Files.list(store.dataRoot())) {
      Path aside =
          found
              .filter(path -> path.getFileName().toString().startsWith("moved-aside-"))
              .findFirst()
              .orElseThrow();
      try (Stream<Path> files = Files.walk(aside)) {
        return files.map(file -> aside.relativize(file).toString()).toList();
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
