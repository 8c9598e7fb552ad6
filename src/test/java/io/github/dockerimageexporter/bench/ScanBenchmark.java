package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.nio.file.Path;

/// What a store costs an exporter: the first scan, the memory, and the scan after one image more.
///
/// @param empty a data root without a store, whose first scan is the start alone
record ScanBenchmark(Path distribution, Path empty) {
  private static final String OPENMETRICS = "application/openmetrics-text;version=1.0.0";
  private static final String ANY = "*/*";
  private static final int SCRAPES = 15;
  private static final int SCANS = 9;

  /// Longer than the launcher's TrimNativeHeapInterval.
  private static final long TRIM_MILLIS = 12_000;
  private static final long SCAN_MILLIS = 2_500;

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
    try (var exporter = Exporter.start(distribution, dataRoot)) {
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

  /// The processor time of the whole process for the scan that one more image causes: the scan, its
  /// directory's size and its record, the collector's share. The median, so that compiling is over.
  static double afterOneMore(Exporter exporter, BenchmarkedStore store)
      throws IOException, InterruptedException {
    var seconds = new double[SCANS];
    for (int round = 0; round < SCANS; round++) {
      double before = exporter.clock().seconds();
      store.add(round);
      Thread.sleep(SCAN_MILLIS);
      seconds[round] = exporter.clock().seconds() - before;
    }
    return Figures.median(seconds);
  }
}
