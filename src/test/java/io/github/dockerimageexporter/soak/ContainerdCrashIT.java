package io.github.dockerimageexporter.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.StalledRegistry;
import io.github.dockerimageexporter.engine.machine.SideWork;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/// What an engine that keeps images in containerd leaves behind when it is killed at work is no
/// problem: neither while it is down, nor after its next start, and the next collection takes it.
@RequiresEngine
@ParameterizedClass
@FieldSource("KINDS")
class ContainerdCrashIT {
  @SuppressWarnings("UnusedVariable") // named by a field source
  private static final List<EngineKind> KINDS =
      Stream.of(EngineKind.Origin.SID, EngineKind.Origin.TRIXIE)
          .filter(ContainerdCrashIT::isAskedFor)
          .map(origin -> new EngineKind(origin, ImageStore.SEPARATE_CONTAINERD))
          .toList();

  /// A test of each way to kill an engine.
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @EnumSource(
      value = Interruption.class,
      names = {"DOCKERD_KILLED", "CONTAINERD_KILLED", "BOTH_KILLED"})
  private @interface AfterEachCrash {}

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofHours(1);
  private static final int MANY = 20_000;
  private static final List<String> AT_WORK =
      Images.with(Images.BASE, "RUN touch /before", "RUN touch /working && sleep 1000");

  private static DockerEngine engine;
  private static Images images;
  private static Containers containers;
  private static Registry registry;

  /// As `bin/soak` asks; else as all tests do.
  private static boolean isAskedFor(EngineKind.Origin origin) {
    String asked = System.getProperty("soak.engine", "");
    return EngineKind.isThorough()
        || (asked.equals("trixie") ? EngineKind.Origin.TRIXIE : EngineKind.Origin.SID) == origin;
  }

  /// @param ignoredKind what the engine of all tests is of
  ContainerdCrashIT(EngineKind ignoredKind) {}

  @BeforeParameterizedClassInvocation
  static void pushALargeImage(EngineKind kind) throws IOException, InterruptedException {
    engine = DockerEngine.start(kind);
    images = new Images(engine);
    containers = new Containers(engine);
    registry = Registry.start(engine.directory().resolve("registry"));
    images.buildKit(
        Images.with(
            Images.BASE, "RUN mkdir /many && cd /many && seq 1 %d | xargs touch".formatted(MANY)),
        "--provenance=false",
        "--output=type=image,push=true,name=" + many());
    images.remove(many());
    engine.docker("builder", "prune", "--all", "--force");
  }

  @AfterParameterizedClassInvocation
  static void removeEngine() throws IOException {
    engine.close();
    registry.close();
  }

  /// What is removed after the crash. Then it could not be made: a snapshot whose directory is
  /// there and whose record is not blocks all others until containerd has collected one.
  @BeforeEach
  void makeAnotherImage() throws IOException, InterruptedException {
    images.classic("more:1", List.of("FROM scratch", "COPY busybox /more"));
  }

  /// A killed pull's lease would keep what the next one is to fetch. Its name is neither that of a
  /// container nor one that BuildKit gives.
  @AfterEach
  void removeWhatIsLeft() throws IOException, InterruptedException {
    for (String container : engine.docker("ps", "--all", "--quiet").lines().toList()) {
      containers.remove(container);
    }
    images.remove(many());
    for (String lease :
        engine.ctr("--namespace=moby", "leases", "ls", "--quiet").lines().toList()) {
      if (!lease.matches("[0-9a-f]{64}|[0-9a-z]{25}")) {
        engine.ctr("--namespace=moby", "leases", "rm", lease);
      }
    }
    collect();
  }

  @AfterEachCrash
  void pullLeavesNothingWrong(Interruption crash) throws Exception {
    try (var stalled = StalledRegistry.of(registry, "many");
        var pull = SideWork.start(() -> engine.docker("pull", stalled.image()))) {
      stalled.awaitStall();
      await("data of a download").atMost(LIMIT).until(() -> hasAny("ingest/*/data"));

      assertNothingIsWrongAfter(crash, pull);
    }
  }

  @AfterEachCrash
  void unpackLeavesNothingWrong(Interruption crash) throws Exception {
    List<Path> before = snapshots();
    try (var pull = SideWork.start(() -> engine.docker("pull", many()))) {
      await("a layer half unpacked")
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> snapshots().stream().anyMatch(it -> !before.contains(it)));

      assertNothingIsWrongAfter(crash, pull);
    }
  }

  @AfterEachCrash
  void buildLeavesNothingWrong(Interruption crash) throws Exception {
    try (var build = SideWork.start(() -> images.buildKit("built:1", AT_WORK))) {
      awaitFile("working");

      assertNothingIsWrongAfter(crash, build);
    }
  }

  @AfterEachCrash
  void classicBuildLeavesNothingWrong(Interruption crash) throws Exception {
    try (var build = SideWork.start(() -> images.classic("built:1", AT_WORK))) {
      awaitFile("working");

      assertNothingIsWrongAfter(crash, build);
    }
  }

  @AfterEachCrash
  void runLeavesNothingWrong(Interruption crash) throws Exception {
    images.buildKit("base:1", Images.BASE);
    String script = "touch /running; sleep 1000";
    try (var run = SideWork.start(() -> containers.script("base:1", script))) {
      awaitFile("running");

      assertNothingIsWrongAfter(crash, run);
    }
  }

  @AfterEachCrash
  void collectionLeavesNothingWrong(Interruption crash) throws Exception {
    List<Path> before = snapshots();
    engine.docker("pull", "--quiet", many());
    Path files = snapshots().stream().filter(it -> !before.contains(it)).findFirst().orElseThrow();
    try (var removal = SideWork.start(() -> engine.docker("rmi", many()))) {
      await("a layer half removed")
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () ->
                  IntStream.rangeClosed(1, 50)
                      .anyMatch(file -> Files.notExists(files.resolve(String.valueOf(file)))));

      assertNothingIsWrongAfter(crash, removal);
    }
  }

  /// Kills, scans while what was killed is down, starts it, scans again, and lets the engine remove
  /// an image.
  ///
  /// A client whose containerd was killed may wait for ever: whatever it says later, it was not at
  /// its end before.
  private static void assertNothingIsWrongAfter(Interruption crash, SideWork work)
      throws IOException, InterruptedException {
    crash.kill(engine);
    List<String> whileDown = problems(GRACE);
    crash.recover(engine);
    assertThat(whileDown).as("while it is down").isEmpty();
    work.close();
    assumeThat(work.result()).as("killed before the end").isCompletedExceptionally();
    assertThat(problems(GRACE)).as("after the next start").isEmpty();

    images.remove("more:1");
    collect();
    assertThat(problems(Duration.ZERO)).as("after the next removal").isEmpty();
    engine.docker("pull", "--quiet", many());
    assertThat(problems(Duration.ZERO)).as("after the next pull").isEmpty();
  }

  /// Lets containerd collect its garbage, and waits until it has.
  private static void collect() throws IOException, InterruptedException {
    engine.ctr("--namespace=moby", "leases", "create", "--id=collect");
    engine.ctr("--namespace=moby", "leases", "rm", "--sync", "collect");
  }

  private static List<String> problems(Duration grace) throws InterruptedException {
    var settings =
        new ContainerdSettings(
            Optional.of(engine.containerdRoot()), List.of(ContainerdSettings.DOCKER));
    return new StoreScanner(engine.dataRoot(), settings, SETTLE, grace, InstantSource.system())
        .scanAndMeasure(1).stores().stream()
            .flatMap(store -> store.report().findings().stream())
            .map(Finding::problem)
            .map(problem -> problem.kind().label() + " " + problem.path())
            .toList();
  }

  private static String many() {
    return registry.address() + "/many:1";
  }

  /// Where the large layer is, or will be; what a killed pull has leased stays.
  private static List<Path> snapshots() throws IOException {
    return snapshotsWith("many");
  }

  private static List<Path> snapshotsWith(String file) throws IOException {
    return found("io.containerd.snapshotter.v1.overlayfs/snapshots/*/fs/" + file);
  }

  private static void awaitFile(String file) {
    await(file).atMost(LIMIT).until(() -> !snapshotsWith(file).isEmpty());
  }

  private static boolean hasAny(String content) throws IOException {
    return !found("io.containerd.content.v1.content/" + content).isEmpty();
  }

  /// What matches a pattern with one `*` for a whole name.
  private static List<Path> found(String pattern) throws IOException {
    int star = pattern.indexOf("*/");
    Path parent = engine.containerdRoot().resolve(pattern.substring(0, star));
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(parent)) {
      return names
          .map(it -> it.resolve(pattern.substring(star + 2)))
          .filter(Files::exists)
          .toList();
    }
  }
}
