package io.github.dockerimageexporter.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.machine.SideWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an engine that is killed at work leaves behind is reported as what it is.
@RequiresEngine
class CrashIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// A layer whose files take Docker a while, whether it makes or removes them.
  private static final List<String> MANY_FILES =
      Images.with(
          Images.BASE,
          "RUN mkdir /many && cd /many && seq 1 20000 | xargs touch",
          "LABEL purpose=crash");

  private static final List<String> NEVER =
      Images.with(Images.BASE, "RUN touch /begun && sleep 1000");

  private DockerEngine engine;
  private Images images;
  private ExporterProcess exporter;

  @BeforeEach
  void watchAnEngine() throws IOException, InterruptedException {
    engine = DockerEngine.start("overlay2");
    images = new Images(engine);
    exporter =
        ExporterProcess.start(
            engine.directory().resolve("exporter.log"),
            "--docker.root=" + engine.dataRoot(),
            "--check.settle=1s",
            "--check.grace=0s",
            "--refresh.interval=2s");
  }

  @AfterEach
  void stop() throws IOException {
    exporter.close();
    engine.close();
  }

  @Test
  void loadLeavesALayerHalfRegistered() throws IOException, InterruptedException {
    Path archive = engine.directory().resolve("many.tar");
    images.classic("many:1", MANY_FILES);
    images.save(archive, "many:1");
    images.remove("many:1");

    killDuring(
        () -> engine.docker("load", "--input", archive.toString()),
        () -> isAnyIn(engine.dataRoot().resolve("overlay2"), "*/diff/many/100*"));

    // The layers below it are whole, and their image is not there.
    Map<String, Double> left =
        Map.of(
            "layer_transaction_leftover", 1.0, "orphan_directory", 1.0, "layer_unreferenced", 1.0);
    var atFirst = new TreeMap<>(left);
    atFirst.put("download_leftover", 1.0);
    awaitProblems(atFirst);
    engine.restart();
    awaitProblems(left);
    engine.stop();
    awaitProblems(left);
    engine.restart();
    images.load(archive);
    awaitProblems(Map.of("layer_transaction_leftover", 1.0, "orphan_directory", 1.0));
  }

  @Test
  void removalIsFinishedWhenTheEngineStopsInOrder() throws IOException, InterruptedException {
    images.classic("many:1", MANY_FILES);

    killDuring(
        () -> engine.docker("rmi", "--force", "many:1"),
        () -> isAnyIn(engine.dataRoot().resolve("image/overlay2/layerdb/sha256"), "*-removing"));

    awaitProblems(Map.of("layer_removal_leftover", 1.0));
    engine.restart();
    awaitProblems(Map.of("layer_removal_leftover", 1.0));
    engine.stop();
    awaitProblems(Map.of());
  }

  @Test
  void classicBuildLeavesItsContainer() throws IOException, InterruptedException {
    killDuring(
        () -> images.classic("never:1", NEVER),
        () -> isAnyIn(engine.dataRoot().resolve("overlay2"), "*/diff/begun"));

    awaitProblems(Map.of("download_leftover", 1.0));
    engine.restart();
    awaitProblems(Map.of());
  }

  @Test
  void buildKitKnowsWhatItLeaves() throws IOException, InterruptedException {
    killDuring(
        () -> images.buildKit("never:1", NEVER),
        () -> isAnyIn(engine.dataRoot().resolve("overlay2"), "*/diff/begun"));

    awaitProblems(Map.of());
    engine.restart();
    awaitProblems(Map.of());
  }

  private void killDuring(SideWork.Act operation, Callable<Boolean> isMidway) throws IOException {
    try (var work = SideWork.start(operation)) {
      await("midway").atMost(LIMIT).pollInterval(Duration.ofMillis(1)).until(isMidway);
      engine.kill();
      assertThat(work.result()).as("killed before the end").failsWithin(LIMIT);
    }
  }

  /// Whether anything below `directory` has a path that matches, name by name.
  private static boolean isAnyIn(Path directory, String glob) throws IOException {
    int slash = glob.indexOf('/');
    try (var entries =
        Files.newDirectoryStream(directory, slash < 0 ? glob : glob.substring(0, slash))) {
      for (Path entry : entries) {
        if (slash < 0 || isAnyIn(entry, glob.substring(slash + 1))) {
          return true;
        }
      }
      return false;
    } catch (NotDirectoryException | NoSuchFileException notYet) {
      return false;
    }
  }

  /// Waits until the problems are these, by kind, and are still these some scans later.
  private void awaitProblems(Map<String, Double> expected) {
    try {
      await()
          .atMost(LIMIT)
          .during(Duration.ofSeconds(6))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> problems().equals(expected));
    } catch (org.awaitility.core.ConditionTimeoutException other) {
      assertThat(unchecked(this::problems)).isEqualTo(expected);
    }
  }

  private Map<String, Double> problems() throws IOException, InterruptedException {
    var problems = new TreeMap<>(exporter.metrics().by("problem", "docker_store_problems"));
    problems.values().removeIf(count -> count == 0);
    return problems;
  }

  private static <T> T unchecked(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }
}
