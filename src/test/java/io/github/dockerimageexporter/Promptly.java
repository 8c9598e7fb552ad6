package io.github.dockerimageexporter;

import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/// The tests' only bound of time: a change on disk is in the gauges within it, which is promised.
final class Promptly {
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private Promptly() {}

  /// Waits until a change shows, and says how long that took.
  static void await(ExporterProcess exporter, String change, Predicate<Scrape> isVisible) {
    long began = System.nanoTime();
    Awaitility.await(change)
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> isVisible.test(exporter.metrics()));
    System.out.printf("%s: visible after %d ms%n", change, (System.nanoTime() - began) / 1_000_000);
  }
}
