package io.github.dockerimageexporter.soak;

import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.DockerEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.core.ConditionTimeoutException;

/// What the exporter may say of an engine that is idle: nothing, but for what Docker has lost.
///
/// Docker does lose something: builds of the same step side by side, with prunes between them,
/// leave directories and layers that none of its databases names, and 26.1 leaves mounts of
/// containers that are gone. What it has not lost it removes once it is told to remove everything.
/// What is left then is [Remains]: it must be what was called waste while the engine was idle.
final class Idleness {
  /// What was found at work, its confirmation, and a scan of what came after.
  private static final int SCANS = 3;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final DockerEngine engine;
  private final Watch watch;
  private final Losses losses;
  private final Remains remains;
  private final Map<String, String> claims = new TreeMap<>();
  private int proven;

  Idleness(DockerEngine engine, Watch watch, Losses losses, Remains remains) {
    this.engine = engine;
    this.watch = watch;
    this.losses = losses;
    this.remains = remains;
  }

  /// How many claims of waste have been proven so far.
  int proven() {
    return proven;
  }

  /// Waits until all scans agree on what the exporter says, and keeps that as its claims. The last
  /// scrape of an engine that was at work can be several scans old.
  void scan(String state) throws InterruptedException {
    int scrapes = watch.scrapes();
    await("a scrape of an engine that is " + state)
        .atMost(LIMIT)
        .until(() -> watch.scrapes() > scrapes);
    double before = watch.scans();
    try {
      await("scans of an engine that is " + state)
          .atMost(LIMIT)
          .until(() -> watch.scans() >= Math.max(before, watch.lastChange()) + SCANS);
    } catch (ConditionTimeoutException restless) {
      watch.violated("engine is %s, and yet it keeps changing: %s".formatted(state, watch.known()));
    }
    // A layer that nothing uses may be used again.
    claims.values().removeIf("layer_unreferenced"::equals);
    claims.putAll(watch.known());
  }

  /// Lets the engine remove all that it knows, stops it, and compares what is left with the claims.
  void prove() throws IOException, InterruptedException {
    for (String container : engine.docker("ps", "--all", "--quiet").lines().toList()) {
      engine.docker("rm", "--force", container);
    }
    losses.mend();
    engine.docker("system", "prune", "--all", "--force");
    remains.ask();
    engine.stop();
    for (String disproven : remains.disproven(claims)) {
      watch.violated(disproven);
    }
    proven += claims.size();
    scan("empty");
    for (String contradiction : remains.contradictions(watch)) {
      watch.violated(contradiction);
    }
  }
}
