package io.github.dockerimageexporter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.SideWork;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// What a real engine leaves lying about, and what it only seems to: everything counts at once,
/// without any grace.
@RequiresEngine
class WasteIT {
  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final int BIG_BYTES = 300_000_000;

  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.engine.EngineKind#GRAPH_DRIVERS")
  void anEngineThatWasBusyLeavesNoWaste(EngineKind kind) throws Exception {
    try (var engine = DockerEngine.start(kind);
        var work = SideWork.start(() -> work(engine))) {
      var seen = new ArrayList<Problem>();
      StoreScanner watching = scanner(engine);
      while (!work.result().isDone()) {
        problems(watching.scan(Freshness.EVERY_FILE)).forEach(seen::add);
        Thread.sleep(50);
      }

      assertThat(work.result()).isCompleted();
      assertThat(seen).allMatch(problem -> problem.kind().impact() == Impact.WASTE);
      assertThat(problems(scanner(engine).scanTwice())).isEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.engine.EngineKind#GRAPH_DRIVERS")
  void theOwnersTogetherHaveAllThatTheDriverTakes(EngineKind kind) throws Exception {
    String driver = kind.store().driver();
    try (var engine = DockerEngine.start(kind)) {
      var images = new Images(engine);
      images.buildKit("kit:1", Images.VARIED);
      images.classic("classic:1", Images.with(Images.BASE, "RUN echo x >/x"));
      new Containers(engine).create("web", "classic:1");

      Observation seen = scanner(engine).scanTwice().measured(1, _ -> true, new ScanProgress());
      String du = Program.of("du", "-xsB1", engine.dataRoot().resolve(driver).toString()).run();

      double expected = Long.parseLong(du.substring(0, du.indexOf('\t')));
      assertThat((double) bytes(seen)).isCloseTo(expected, within(expected * 0.01));
      assertThat(owners(seen)).containsKeys("layer", "mount", "build_cache");
    }
  }

  @Test
  void aKilledLoadLeavesATransactionADirectoryAndADownload() throws Exception {
    try (var engine = DockerEngine.start("overlay2")) {
      var images = new Images(engine);
      writeNoise(images.context().resolve("noise"));
      images.classic("big:1", List.of("FROM scratch", "COPY noise /noise"));
      Path archive = engine.directory().resolve("big.tar");
      images.save(archive, "big:1");
      images.remove("big:1");
      StoreScanner scanner = scanner(engine);
      assertThat(problems(scanner.scanTwice())).isEmpty();

      try (var _ = SideWork.start(() -> images.load(archive))) {
        Path writeSets = engine.dataRoot().resolve("image/overlay2/layerdb/tmp");
        await().pollInterval(Duration.ofMillis(5)).until(() -> !list(writeSets).isEmpty());
        engine.kill();
      }

      assertThat(kinds(scanner(engine)))
          .containsExactly(
              Kind.LAYER_TRANSACTION_LEFTOVER, Kind.ORPHAN_DIRECTORY, Kind.DOWNLOAD_LEFTOVER);
      assertThat(owners(scanner(engine).scanTwice())).containsEntry("orphan", 1);

      engine.restart();
      await("tmp emptied").until(() -> list(engine.dataRoot().resolve("tmp")).isEmpty());
      assertThat(kinds(scanner(engine)))
          .containsExactly(Kind.LAYER_TRANSACTION_LEFTOVER, Kind.ORPHAN_DIRECTORY);
    }
  }

  @Test
  void aKilledBuildIsTheBuildCaches() throws Exception {
    try (var engine = DockerEngine.start("overlay2")) {
      var images = new Images(engine);
      images.buildKit("base:1", Images.BASE);
      List<String> slow = Images.with(Images.BASE, "RUN touch /begun && sleep 60");
      try (var _ = SideWork.start(() -> images.buildKit("slow:1", slow))) {
        await().until(() -> exists(engine.dataRoot().resolve("overlay2"), "diff/begun"));
        engine.kill();
      }

      assertThat(problems(scanner(engine).scanTwice())).isEmpty();
      engine.restart();
      assertThat(problems(scanner(engine).scanTwice())).isEmpty();
      engine.docker("builder", "prune", "--force", "--all");
      assertThat(problems(scanner(engine).scanTwice())).isEmpty();
    }
  }

  private static void work(DockerEngine engine) throws IOException, InterruptedException {
    var images = new Images(engine);
    var containers = new Containers(engine);
    images.classic("classic:1", Images.VARIED);
    images.buildKit("kit:1", Images.VARIED);
    containers.run("web", "classic:1");
    containers.create("idle", "kit:1");
    containers.commit("web", "committed:1");
    images.buildKit("kit:2", Images.with(Images.VARIED, "RUN echo more >/more"));
    Path archive = engine.directory().resolve("kit.tar");
    images.save(archive, "kit:2");
    images.remove("kit:2");
    images.load(archive);
    containers.remove("web");
    images.remove("classic:1", "committed:1");
    engine.docker("builder", "prune", "--force");
    engine.docker("image", "prune", "--force");
    images.buildKit("kit:3", Images.with(Images.VARIED, "RUN echo again >/again"));
    images.remove("kit:3");
  }

  private static StoreScanner scanner(DockerEngine engine) {
    return new StoreScanner(engine.dataRoot(), SETTLE, Duration.ZERO, InstantSource.system());
  }

  private static List<Problem> problems(Observation seen) {
    return seen.stores().stream()
        .flatMap(store -> store.report().findings().stream())
        .map(finding -> finding.problem())
        .toList();
  }

  private static List<Kind> kinds(StoreScanner scanner) throws InterruptedException {
    return problems(scanner.scanTwice()).stream().map(Problem::kind).sorted().toList();
  }

  private static Map<String, Integer> owners(Observation seen) {
    var owners = new TreeMap<String, Integer>();
    seen.stores().stream()
        .flatMap(store -> store.store().directories().values().stream())
        .map(StoreDirectory::owner)
        .forEach(owner -> owners.merge(owner.label(), 1, Integer::sum));
    return owners;
  }

  private static long bytes(Observation seen) {
    var store = seen.stores().getFirst();
    return store.store().bytesOutsideDirectories()
        + store.store().directories().values().stream()
            .flatMap(directory -> store.usageOf(directory).stream())
            .mapToLong(DirectoryUsage::diskBytes)
            .sum();
  }

  private static void writeNoise(Path file) throws IOException {
    var block = new byte[1_000_000];
    new Random(1).nextBytes(block);
    try (var out = new RandomAccessFile(file.toFile(), "rw")) {
      for (int written = 0; written < BIG_BYTES; written += block.length) {
        out.write(block);
      }
    }
  }

  private static boolean exists(Path home, String below) throws IOException {
    return list(home).stream().anyMatch(directory -> Files.exists(directory.resolve(below)));
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
