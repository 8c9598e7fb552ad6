package io.github.dockerimageexporter.release;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.demo.ContainerdSampleStore;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.debian.Chroot;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.exporter.Scrape.Series;
import io.github.dockerimageexporter.engine.machine.Mounts;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Program.Outcome;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.golden.SampleRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The package for arm64, installed in a Debian of that processor that qemu runs: everything it
/// says of a store is what the build for this machine's processor says.
@Tag("arm64")
@Requires({Requirement.ROOT, Requirement.DEBOOTSTRAP, Requirement.QEMU, Requirement.RPM})
class Arm64IT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private static Path directory;
  private static Path files;
  private static Chroot machine;

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    files = Arm64Release.build();
    machine = Chroot.make(Arm64Release.DEBIAN, directory);
    Path deb = directory.resolve("exporter.deb");
    Files.copy(ReleaseFiles.debianPackage(files), deb);
    run("dpkg", "--install", deb.toString()).run();
    SampleRoot.broken(directory.resolve("graphdriver"));
    damagedContainerd(directory.resolve("containerd"));
  }

  @AfterAll
  static void unmount() throws IOException, InterruptedException {
    Mounts.unmountBelow(directory);
  }

  @Test
  void runtimeIsOfTheOtherProcessor() throws IOException, InterruptedException {
    assertThat(exporter("--version").run()).contains("java 25");
    assertThat(run("dpkg", "--print-architecture").run()).isEqualTo("arm64");
    assertThat(run("dpkg", "--verify", "docker-image-exporter").run()).isEmpty();
  }

  @Test
  void packagesAskForTheLibraryOfCThatTheProgramsNeed() throws IOException, InterruptedException {
    Path home = machine.root().resolve("usr/lib/docker-image-exporter");
    GlibcVersion needed = GlibcVersion.neededBy(home);

    assertThat(run("dpkg-query", "--show", "-f${Depends}", "docker-image-exporter").run())
        .isEqualTo("libc6 (>= %s)", needed);
    assertThat(rpm("--requires").lines()).contains("glibc >= " + needed);
  }

  @Test
  void rpmHasTheNameThatRpmGivesTheProcessor() throws IOException, InterruptedException {
    assertThat(rpm("--queryformat=%{arch}")).isEqualTo("aarch64");
    assertThat(ReleaseFiles.rpm(files).getFileName().toString()).endsWith(".aarch64.rpm");
  }

  @ParameterizedTest
  @ValueSource(strings = {"graphdriver", "containerd"})
  void checkSaysTheSameOfADamagedStore(String store) throws IOException, InterruptedException {
    assertSame(1, "check", "--format=json", "--docker.root=" + directory.resolve(store));
  }

  @ParameterizedTest
  @ValueSource(strings = {"graphdriver", "containerd"})
  void scrubSaysTheSameOfEveryByte(String store) throws IOException, InterruptedException {
    assertSame(1, "check", "--scrub", "--docker.root=" + directory.resolve(store));
  }

  @ParameterizedTest
  @ValueSource(strings = {"graphdriver", "containerd"})
  void inspectSaysTheSameOfAnImage(String store) throws IOException, InterruptedException {
    assertSame(0, "inspect", "app:1", "--format=json", "--docker.root=" + directory.resolve(store));
  }

  @Test
  void planIsTheSame() throws IOException, InterruptedException {
    assertSame(1, "check", "--plan", "--docker.root=" + directory.resolve("graphdriver"));
  }

  @Test
  void servesTheSameMetricsAndSeesADamage() throws IOException, InterruptedException {
    Path root = directory.resolve("served");
    SampleStore store = SampleRoot.healthy(root);
    try (var here = serve("here.log", List.of(ExporterProcess.launcher().toString()), root);
        var there = serve("there.log", exporter(), root)) {
      awaitSame(here, there);
      assertThat(there.metrics().value("docker_image_exporter_watch_up")).isEqualTo(1);
      assertThat(there.metrics().sum("docker_store_problems")).isZero();
      assertThat(priorities(there)).isNotEmpty().isEqualTo(priorities(here));

      Files.delete(store.layer(SampleStore.chainId("base", "app")).resolve("cache-id"));

      await().atMost(PATIENCE).until(() -> there.metrics().sum("docker_store_problems") > 0);
      awaitSame(here, there);
    }
  }

  private static void damagedContainerd(Path root) throws IOException, InterruptedException {
    var store = new ContainerdSampleStore(root);
    store.image("base:1", "base");
    store.image("app:1", "base", "app");
    Files.writeString(store.snapshot("base").resolve("fs/etc/base.conf"), "changed");
    Program.of("rm", "--recursive", store.snapshot("base", "app").toString()).run();
  }

  private static void assertSame(int status, String... arguments)
      throws IOException, InterruptedException {
    var here = new ArrayList<>(List.of(ExporterProcess.launcher().toString()));
    here.addAll(List.of(arguments));
    Outcome expected = timeless(new Program(Map.of(), here).outcome());

    assertThat(expected.status()).isEqualTo(status);
    assertThat(timeless(exporter(arguments).outcome())).isEqualTo(expected);
  }

  /// Without times of day, and how far the check was at which moment.
  private static Outcome timeless(Outcome outcome) {
    String output =
        outcome
            .output()
            .replaceAll("\"checkedAt\":\"[^\"]*\"", "")
            .replaceAll("scanned at [^ \n]+|moved-aside-[0-9]+T[0-9]+Z", "");
    String complaints = outcome.complaints().replaceAll("(?m)^verified .*$", "").strip();
    return new Outcome(outcome.status(), output, complaints);
  }

  private static ExporterProcess serve(String log, List<String> launch, Path root)
      throws IOException {
    return ExporterProcess.start(
        directory.resolve(log), launch, "--docker.root=" + root, "--refresh.interval=1h");
  }

  private static void awaitSame(ExporterProcess here, ExporterProcess there) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(here.metrics().isMeasured()).isTrue();
              assertThat(ofTheStore(there.metrics())).isEqualTo(ofTheStore(here.metrics()));
            });
  }

  /// What is said of the store, and not of the exporter or of when it did what.
  private static Map<String, Double> ofTheStore(Scrape scrape) {
    return scrape.series().stream()
        .filter(series -> series.name().startsWith("docker_"))
        .filter(series -> !series.name().startsWith("docker_image_exporter_"))
        .filter(series -> !series.name().endsWith("_timestamp_seconds"))
        .collect(toMap(Series::identity, Series::value, (a, _) -> a, TreeMap::new));
  }

  /// The threads that let the others of their process go first, each with its nice value.
  private static Map<String, Integer> priorities(ExporterProcess exporter) throws IOException {
    Path process = Path.of("/proc", Long.toString(exporter.handle().pid()));
    int usual = niceValue(process);
    var others = new TreeMap<String, Integer>();
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      for (Path thread : threads.toList()) {
        if (niceValue(thread) != usual) {
          others.put(Files.readString(thread.resolve("comm")).strip(), niceValue(thread));
        }
      }
    }
    return others;
  }

  private static int niceValue(Path task) throws IOException {
    String status = Files.readString(task.resolve("stat"));
    String[] behindTheName = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
    return Integer.parseInt(behindTheName[16]);
  }

  private static List<String> exporter() {
    return Stream.concat(machine.enter().stream(), Stream.of("docker-image-exporter")).toList();
  }

  private static Program exporter(String... arguments) {
    return new Program(Map.of(), Stream.concat(exporter().stream(), Stream.of(arguments)).toList());
  }

  private static Program run(String... command) {
    return new Program(
        Map.of(), Stream.concat(machine.enter().stream(), Stream.of(command)).toList());
  }

  private static String rpm(String query) throws IOException, InterruptedException {
    return Program.of(
            "rpm",
            "--nosignature",
            "--query",
            query,
            "--package",
            ReleaseFiles.rpm(files).toString())
        .run();
  }
}
