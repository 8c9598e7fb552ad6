package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What a store costs an exporter: the first scan, the memory, and the scan after one image more.
///
/// @param empty a data root without a store, whose first scan is the start alone
/// @param javaOptions for the exporter's virtual machine, beside the launcher's own
record ScanBenchmark(Path distribution, Path empty, String javaOptions) {
  private static final String OPENMETRICS = "application/openmetrics-text;version=1.0.0";
  private static final String ANY = "*/*";
  private static final int SCRAPES = 15;
  private static final int MORE = 5;

  /// Longer than the launcher's TrimNativeHeapInterval, and than the heap waits to be collected
  /// unless the collection before took more than a second.
  private static final long TRIM_MILLIS = 12_000;
  private static final long SCAN_MILLIS = 2_500;
  private static final long POLL_MILLIS = 500;

  /// With the pause before it.
  private static final Duration LONGEST_SCAN = Duration.ofMinutes(15);

  /// Processor time.
  ///
  /// @param withMetricsSeconds when the first metrics are read
  record First(double scanSeconds, double withMetricsSeconds) {}

  /// The processor time of the first scan and of the first metrics, less that of a start over an
  /// empty data root.
  First first(BenchmarkedStore store) throws IOException, InterruptedException {
    First start = cpu(empty);
    First first = cpu(store.dataRoot());
    return new First(
        first.scanSeconds() - start.scanSeconds(),
        first.withMetricsSeconds() - start.withMetricsSeconds());
  }

  private First cpu(Path dataRoot) throws IOException, InterruptedException {
    try (var exporter = Exporter.start(distribution, dataRoot, "1h", javaOptions)) {
      exporter.awaitFirstScan();
      double scan = exporter.clock().seconds();
      exporter.scrape(ANY, "identity");
      return new First(scan, exporter.clock().seconds());
    }
  }

  /// The memory after sizes and scrapes in every form, once the allocator has given back what it
  /// can, in MiB.
  static double memory(Exporter exporter) throws IOException, InterruptedException {
    exporter.awaitReady();
    exporter.scrape(OPENMETRICS, "gzip");
    exporter.awaitSizes();
    for (int i = 0; i < SCRAPES; i++) {
      exporter.scrape(OPENMETRICS, "gzip");
    }
    exporter.scrape(ANY, "identity");
    exporter.scrape(ANY, "gzip");
    Thread.sleep(TRIM_MILLIS);
    return exporter.residentMebibytes();
  }

  /// The processor time of the whole process for one more image.
  ///
  /// @param scanSeconds for the scan: with its directory's size and its record
  /// @param scrapeSeconds for the scrape that shows it, compressed, and the collection of the heap
  ///     that follows both
  record More(double scanSeconds, double scrapeSeconds) {}

  /// The medians, so that compiling is over.
  static More afterOneMore(Exporter exporter, BenchmarkedStore store)
      throws IOException, InterruptedException {
    var scans = new double[MORE];
    var scrapes = new double[MORE];
    for (int round = 0; round < MORE; round++) {
      double before = exporter.clock().seconds();
      store.add(round);
      Thread.sleep(SCAN_MILLIS);
      double scanned = exporter.clock().seconds();
      exporter.scrape(OPENMETRICS, "gzip");
      Thread.sleep(TRIM_MILLIS);
      scans[round] = scanned - before;
      scrapes[round] = exporter.clock().seconds() - scanned;
    }
    return new More(Figures.median(scans), Figures.median(scrapes));
  }

  /// The processor time of a full scan that is asked for, of a store that has not changed. It
  /// begins once the pause after the one before is over; to ask whether it has ended does not
  /// count.
  static double fullScan(Exporter exporter) throws IOException, InterruptedException {
    var clock = CpuClock.ofScans(exporter.process().pid());
    double scans = exporter.scans();
    double before = clock.seconds();
    new Program(Map.of(), List.of("kill", "-HUP", Long.toString(exporter.process().pid()))).run();
    Wait.until("a scan has ended", LONGEST_SCAN, POLL_MILLIS, () -> exporter.scans() > scans);
    Thread.sleep(POLL_MILLIS);
    return clock.seconds() - before;
  }
}
