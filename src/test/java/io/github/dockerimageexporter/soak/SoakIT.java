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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nothing healthy is flagged, whatever an engine is made to do.
///
/// | property       | default        | meaning                                         |
/// |----------------|----------------|-------------------------------------------------|
/// | `soak.engine`  | `machine, sid` | whose engine it is; all with `-Dengines=all`    |
/// | `soak.store`   | `overlay2`, `containerd` | what it keeps images in              |
/// | `soak.seconds` | 120, 60, 20    | how long the workers work, on each              |
/// | `soak.seed`    | by chance      | what they do; printed                           |
@RequiresEngine
class SoakIT {
  private static final long SEED = Long.getLong("soak.seed", new Random().nextInt());
  private static final int WORKERS = 3;
  private static final Duration BURST = Duration.ofSeconds(20);

  /// Where crashes end it, of which there are to be many.
  private static final Duration SHORT_BURST = Duration.ofSeconds(10);

  /// A dockerd whose containerd was killed may wait for the end of a build's container for ever.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// The engines of `bin/test`.
  private static final Set<EngineKind> DEFAULTS =
      Set.of(
          new EngineKind(EngineKind.Origin.MACHINE, ImageStore.OVERLAY2),
          new EngineKind(EngineKind.Origin.SID, ImageStore.OVERLAY2),
          new EngineKind(EngineKind.Origin.SID, ImageStore.CONTAINERD));

  private final Journal journal = new Journal();

  @ParameterizedTest
  @CsvSource({
    "MACHINE, OVERLAY2, 120",
    "SID, OVERLAY2, 60",
    "TRIXIE, OVERLAY2, 60",
    "SID, CONTAINERD, 20",
    "TRIXIE, CONTAINERD, 60",
    "SID, SEPARATE_CONTAINERD, 60"
  })
  void nothingHealthyIsFlagged(EngineKind.Origin origin, ImageStore store, int seconds)
      throws IOException, InterruptedException {
    var kind = new EngineKind(origin, store);
    assumeThat(isAskedFor(kind)).as("%s is not asked for", kind).isTrue();
    Duration duration = Duration.ofSeconds(Long.getLong("soak.seconds", seconds));
    System.out.printf("soak: %s, %d s, seed %d%n", kind, duration.toSeconds(), SEED);
    try (var engine = DockerEngine.start(kind);
        var registry = Registry.start(engine.directory().resolve("registry"));
        var exporter = watching(engine);
        var losses = new Losses(engine);
        var watch = watch(exporter, engine, losses);
        var crowd = new Crowd(WORKERS, new Operations(engine, registry).all(), journal, SEED)) {
      losses.start();
      watch.start();
      crowd.start();
      var idleness = new Idleness(engine, watch, losses, Remains.of(kind, engine));
      work(Instant.now().plus(duration), kind.store(), engine, crowd, idleness, watch);

      assertThat(watch.violations()).isEmpty();
      assertThat(journal.counts().values()).anyMatch(count -> count.done() > 0);
    }
  }

  private Watch watch(ExporterProcess exporter, DockerEngine engine, Losses losses) {
    List<TrueDamage> damage =
        List.of(losses, new UnfinishedContainers(engine), new LostBlobs(engine));
    return new Watch(exporter, journal, damage, new Evidence(engine));
  }

  private static boolean isAskedFor(EngineKind kind) {
    boolean isUsual = EngineKind.isThorough() || DEFAULTS.contains(kind);
    String origin = System.getProperty("soak.engine");
    String store = System.getProperty("soak.store");
    if (origin == null && store == null) {
      return isUsual;
    }
    return kind.origin().name().equalsIgnoreCase(Objects.requireNonNullElse(origin, "machine"))
        && kind.store().name().equalsIgnoreCase(Objects.requireNonNullElse(store, "overlay2"));
  }

  private static ExporterProcess watching(DockerEngine engine) throws IOException {
    var flags = new ArrayList<String>(engine.exporterFlags());
    flags.addAll(List.of("--check.settle=1s", "--check.grace=0s", "--refresh.interval=2s"));
    if (Boolean.getBoolean("soak.scrub")) {
      flags.addAll(List.of("--scrub.content", "--scrub.rate=0", "--scrub.interval=20s"));
    }
    return ExporterProcess.start(
        engine.directory().resolve("exporter.log"), flags.toArray(String[]::new));
  }

  private void work(
      Instant end,
      ImageStore store,
      DockerEngine engine,
      Crowd crowd,
      Idleness idleness,
      Watch watch)
      throws IOException, InterruptedException {
    List<Interruption> interruptions = Interruption.of(store);
    for (int burst = 0; Instant.now().isBefore(end); burst++) {
      Thread.sleep(store.isContainerd() ? SHORT_BURST : BURST);
      Interruption interruption = interruptions.get(burst % interruptions.size());
      if (interruption.isCrash()) {
        crash(engine, crowd, idleness, interruption);
      } else {
        crowd.whileIdle(() -> pause(engine, idleness, interruption));
      }
      System.out.printf(
          "soak: burst %d: %s, %d proven%n  %s%n",
          burst + 1, watch.counts(), idleness.proven(), journal.counts());
    }
    crowd.close();
    pause(engine, idleness, Interruption.REMOVAL);
    System.out.printf("soak: at last: %s, %d proven%n", watch.counts(), idleness.proven());
  }

  /// What the crash left is as healthy as what came before.
  private void crash(DockerEngine engine, Crowd crowd, Idleness idleness, Interruption interruption)
      throws IOException, InterruptedException {
    int number = journal.begin(interruption.toString());
    interruption.kill(engine);
    interruption.recover(engine);
    journal.end(number, Optional.empty());
    boolean idle = crowd.whileIdle(PATIENCE, () -> idleness.scan("idle after a " + interruption));
    if (!idle) {
      crash(engine, crowd, idleness, Interruption.BOTH_KILLED);
    }
  }

  private void pause(DockerEngine engine, Idleness idleness, Interruption interruption)
      throws IOException, InterruptedException {
    idleness.scan("idle");
    int number = journal.begin(interruption.toString());
    if (interruption == Interruption.REMOVAL) {
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
