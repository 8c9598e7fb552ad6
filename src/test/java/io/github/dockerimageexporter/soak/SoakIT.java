package io.github.dockerimageexporter.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.ExporterProcess;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Scrape;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;

/// Nothing healthy is flagged, whatever an engine is made to do.
///
/// | system property | default     | meaning                                  |
/// |-----------------|-------------|------------------------------------------|
/// | `soak.seconds`  | 120         | how long the workers work                |
/// | `soak.seed`     | by chance   | what they do; printed                    |
@RequiresEngine
class SoakIT {
  private static final Duration DURATION = Duration.ofSeconds(Long.getLong("soak.seconds", 120));
  private static final long SEED = Long.getLong("soak.seed", new Random().nextInt());
  private static final int WORKERS = 3;
  private static final Duration BURST = Duration.ofSeconds(20);

  /// Every so many bursts, the engine is stopped and started.
  private static final int BURSTS_PER_RESTART = 3;

  /// What was found at work, and its confirmation, and whatever it was about gone.
  private static final int LOOKS = 3;

  private final Journal journal = new Journal();

  @Test
  void nothingHealthyIsFlagged() throws IOException, InterruptedException {
    System.out.printf("soak: %d s, seed %d%n", DURATION.toSeconds(), SEED);
    try (var engine = DockerEngine.start("overlay2");
        var registry = Registry.start(engine.directory().resolve("registry"));
        var exporter = watching(engine);
        var watch = new Watch(exporter, journal);
        var crowd = new Crowd(WORKERS, new Operations(engine, registry).all(), journal, SEED)) {
      watch.start();
      crowd.start();
      work(engine, crowd, exporter, watch);

      assertThat(watch.violations()).isEmpty();
      assertThat(journal.counts().values()).anyMatch(count -> count.done() > 0);
    }
  }

  private static ExporterProcess watching(DockerEngine engine) throws IOException {
    return ExporterProcess.start(
        engine.directory().resolve("exporter.log"),
        "--docker.root=" + engine.dataRoot(),
        "--check.settle=1s",
        "--check.grace=0s",
        "--refresh.interval=2s");
  }

  private void work(DockerEngine engine, Crowd crowd, ExporterProcess exporter, Watch watch)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(DURATION);
    for (int burst = 1; Instant.now().isBefore(end); burst++) {
      Thread.sleep(BURST);
      boolean restarts = burst % BURSTS_PER_RESTART == 0;
      crowd.whileIdle(
          () -> {
            awaitNoWaste("idle", exporter, watch);
            if (restarts) {
              int number = journal.begin("restart");
              engine.stop();
              awaitNoWaste("stopped", exporter, watch);
              engine.restart();
              journal.end(number, Optional.empty());
              awaitNoWaste("started again", exporter, watch);
            }
          });
      System.out.printf("soak: burst %d: %s%n  %s%n", burst, watch.counts(), journal.counts());
    }
  }

  /// Waits for looks that see nothing but the idle engine, and for an end of all waste.
  private static void awaitNoWaste(String engine, ExporterProcess exporter, Watch watch)
      throws IOException, InterruptedException {
    double looks = looks(exporter.metrics());
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> isSettled(exporter.metrics(), looks));
    } catch (ConditionTimeoutException wasted) {
      var problems = new TreeMap<>(exporter.metrics().by("problem", "docker_store_problems"));
      problems.values().removeIf(count -> count == 0);
      watch.violated("engine is %s, and yet: %s".formatted(engine, problems));
    }
  }

  private static boolean isSettled(Scrape scrape, double before) {
    return scrape.sum("docker_store_problems") == 0 && looks(scrape) >= before + LOOKS;
  }

  private static double looks(Scrape scrape) {
    return scrape.value("docker_image_exporter_refreshes_total");
  }
}
