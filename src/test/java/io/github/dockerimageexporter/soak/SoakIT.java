package io.github.dockerimageexporter.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nothing healthy is flagged, whatever an engine is made to do.
///
/// | property       | default        | meaning                                         |
/// |----------------|----------------|-------------------------------------------------|
/// | `soak.engine`  | `machine, sid` | whose engine it is; all with `-Dengines=all`    |
/// | `soak.seconds` | 120, 60        | how long the workers work, on each              |
/// | `soak.seed`    | by chance      | what they do; printed                           |
@RequiresEngine
class SoakIT {
  private static final long SEED = Long.getLong("soak.seed", new Random().nextInt());
  private static final int WORKERS = 3;
  private static final Duration BURST = Duration.ofSeconds(20);

  /// After so many bursts, the engine has to remove everything; else it is only restarted.
  private static final int BURSTS_PER_PROOF = 3;

  private final Journal journal = new Journal();

  @ParameterizedTest
  @CsvSource({"MACHINE, 120", "SID, 60", "TRIXIE, 60"})
  void nothingHealthyIsFlagged(EngineKind.Origin origin, int seconds)
      throws IOException, InterruptedException {
    assumeThat(isAskedFor(origin)).as("%s is not asked for", origin).isTrue();
    Duration duration = Duration.ofSeconds(Long.getLong("soak.seconds", seconds));
    System.out.printf("soak: %s, %d s, seed %d%n", origin, duration.toSeconds(), SEED);
    try (var engine = DockerEngine.start(new EngineKind(origin, ImageStore.OVERLAY2));
        var registry = Registry.start(engine.directory().resolve("registry"));
        var exporter = watching(engine);
        var losses = new Losses(engine);
        var watch = new Watch(exporter, journal, losses, new Evidence(engine));
        var crowd = new Crowd(WORKERS, new Operations(engine, registry).all(), journal, SEED)) {
      losses.start();
      watch.start();
      crowd.start();
      work(duration, engine, crowd, new Idleness(engine, watch, losses), watch);

      assertThat(watch.violations()).isEmpty();
      assertThat(journal.counts().values()).anyMatch(count -> count.done() > 0);
    }
  }

  private static boolean isAskedFor(EngineKind.Origin origin) {
    return Optional.ofNullable(System.getProperty("soak.engine"))
        .map(origin.name()::equalsIgnoreCase)
        .orElse(origin != EngineKind.Origin.TRIXIE || EngineKind.isThorough());
  }

  private static ExporterProcess watching(DockerEngine engine) throws IOException {
    return ExporterProcess.start(
        engine.directory().resolve("exporter.log"),
        "--docker.root=" + engine.dataRoot(),
        "--check.settle=1s",
        "--check.grace=0s",
        "--refresh.interval=2s");
  }

  private void work(
      Duration duration, DockerEngine engine, Crowd crowd, Idleness idleness, Watch watch)
      throws IOException, InterruptedException {
    Instant end = Instant.now().plus(duration);
    for (int burst = 1; Instant.now().isBefore(end); burst++) {
      Thread.sleep(BURST);
      boolean proves = burst % BURSTS_PER_PROOF == 0;
      crowd.whileIdle(() -> pause(engine, idleness, proves));
      System.out.printf(
          "soak: burst %d: %s, %d proven%n  %s%n",
          burst, watch.counts(), idleness.proven(), journal.counts());
    }
    crowd.close();
    pause(engine, idleness, true);
    System.out.printf("soak: at last: %s, %d proven%n", watch.counts(), idleness.proven());
  }

  private void pause(DockerEngine engine, Idleness idleness, boolean proves)
      throws IOException, InterruptedException {
    idleness.scan("idle");
    int number = journal.begin(proves ? "removal of everything" : "restart");
    if (proves) {
      idleness.prove();
    } else {
      engine.stop();
      idleness.scan("stopped");
    }
    engine.restart();
    journal.end(number, Optional.empty());
    idleness.scan("started again");
  }
}
