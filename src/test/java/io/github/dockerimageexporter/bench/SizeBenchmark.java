package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// What stores of four sizes and both kinds cost an exporter: the first scan, one image more, the
/// scrape after that, a full scan that finds nothing changed, and memory.
///
/// @param c the program that reads the files of a store
record SizeBenchmark(Path distribution, Path work, CProgram c) {
  private static final String OVERLAY2 = "overlay2";
  private static final String CONTAINERD = "containerd";
  private static final String STAT = "stat";
  private static final int SCANS = 5;
  private static final double SCAN_BAR = 3;
  private static final double OTHER_KIND_BAR = 1.5;
  private static final double ONE_MORE_BAR = 0.05;
  private static final double LARGEST_BAR = 2;
  private static final double IDLE_BAR = 1.5;

  /// A size, and what is set for it.
  ///
  /// @param rounds of first scans
  /// @param javaOptions beside the launcher's own
  /// @param memoryBar in MiB; 0 if there is none
  record Size(int images, int rounds, String javaOptions, double memoryBar) {
    static final List<Size> ALL =
        List.of(
            new Size(10, 5, "", 64),
            new Size(100, 5, "", 0),
            new Size(1_000, 5, "", 128),
            new Size(10_000, 3, "-Xmx480m", 512));

    /// The size at which one image more must not cost a larger share.
    private static final int LARGE = 1_000;

    String name(String layers) {
      return "%,d %s".formatted(10 * images, layers);
    }

    boolean isLarge() {
      return images >= LARGE;
    }
  }

  /// Processor time.
  private record Costs(double firstScan, double oneMore) {
    static final Costs NONE = new Costs(0, 0);
  }

  void run() throws IOException, InterruptedException {
    Costs layersBefore = Costs.NONE;
    Costs snapshotsBefore = Costs.NONE;
    for (Size size : Size.ALL) {
      Path root = work.resolve("size-" + size.images());
      var layers = new GeneratedStore(root.resolve("layers"), size.images());
      layers.write();
      layersBefore = ofLayers(size, layers, layersBefore);
      try (var snapshots = new GeneratedContainerdStore(root.resolve("snapshots"), size.images())) {
        snapshots.write();
        snapshotsBefore = ofSnapshots(size, snapshots, layersBefore, snapshotsBefore);
      }
      new Program(Map.of(), List.of("rm", "-rf", root.toString())).run();
    }
  }

  private Costs ofLayers(Size size, GeneratedStore store, Costs smaller)
      throws IOException, InterruptedException {
    String name = size.name("layers");
    var first = firstScans(size, store);
    double inC = median(size.rounds(), () -> inC(store, OVERLAY2));
    Figures.ratio("first scan, " + name + ": CPU", first.scanSeconds(), "s", "C", inC, SCAN_BAR);
    Figures.ratio(
        "  with first /metrics: CPU", first.withMetricsSeconds(), "s", "C", inC, SCAN_BAR);
    double stats = median(SCANS, () -> inC(store, OVERLAY2, STAT));
    return running(size, store, name, first.scanSeconds(), smaller, stats);
  }

  private Costs ofSnapshots(Size size, GeneratedContainerdStore store, Costs layers, Costs smaller)
      throws IOException, InterruptedException {
    String name = size.name("snapshots");
    var first = firstScans(size, store);
    Figures.ratio(
        "first scan, " + name + ": CPU",
        first.scanSeconds(),
        "s",
        "layers",
        layers.firstScan(),
        OTHER_KIND_BAR);
    double inC = median(size.rounds(), () -> inC(store, CONTAINERD));
    Figures.beside("  the same", first.scanSeconds(), "s", "C", inC);
    Figures.beside("  with first /metrics: CPU", first.withMetricsSeconds(), "s", "C", inC);
    double stats = median(SCANS, () -> inC(store, CONTAINERD, STAT));
    return running(size, store, name, first.scanSeconds(), smaller, stats);
  }

  /// The processor time of reading the same files in C, or of asking for their [#STAT].
  private double inC(BenchmarkedStore store, String... what) throws IOException {
    return c.cpuSeconds(
        Stream.concat(Stream.of(store.dataRoot().toString()), Stream.of(what))
            .toArray(String[]::new));
  }

  /// @param stats what asking for the same files costs in C
  private Costs running(
      Size size, BenchmarkedStore store, String name, double firstScan, Costs smaller, double stats)
      throws IOException, InterruptedException {
    try (var exporter = Exporter.start(distribution, store.dataRoot(), "1h", size.javaOptions())) {
      double memory = ScanBenchmark.memory(exporter);
      if (size.memoryBar() > 0) {
        Figures.absolute("RSS after scrapes, " + name, memory, "MiB", size.memoryBar());
      } else {
        Figures.plain("RSS after scrapes, " + name, memory, "MiB");
      }
      var more = ScanBenchmark.afterOneMore(exporter, store);
      oneMore(size, name, more.scanSeconds(), firstScan, smaller);
      Figures.plain("  the scrape after it: CPU", more.scrapeSeconds(), "s");
      double idle = median(SCANS, () -> ScanBenchmark.fullScan(exporter));
      Figures.ratio("scan of " + name + ", nothing changed: CPU", idle, "s", "C", stats, IDLE_BAR);
      return new Costs(firstScan, more.scanSeconds());
    }
  }

  /// A share of the first scan; in the largest store at most twice what it is in the next smaller.
  private static void oneMore(
      Size size, String name, double seconds, double firstScan, Costs smaller) {
    String what = "one image more, " + name + ": CPU";
    if (size.isLarge()) {
      Figures.ratio(what, seconds, "s", "first scan", firstScan, ONE_MORE_BAR);
    } else {
      Figures.beside(what, seconds, "s", "first scan", firstScan);
    }
    if (size.images() > Size.LARGE) {
      Figures.ratio("  beside a tenth of them", seconds, "s", "", smaller.oneMore(), LARGEST_BAR);
    }
  }

  private ScanBenchmark.First firstScans(Size size, BenchmarkedStore store)
      throws IOException, InterruptedException {
    var scans = new ScanBenchmark(distribution, work.resolve("empty"), size.javaOptions());
    var rounds = new ScanBenchmark.First[size.rounds()];
    for (int round = 0; round < rounds.length; round++) {
      rounds[round] = scans.first(store);
    }
    return new ScanBenchmark.First(
        median(rounds, ScanBenchmark.First::scanSeconds),
        median(rounds, ScanBenchmark.First::withMetricsSeconds));
  }

  private static double median(
      ScanBenchmark.First[] rounds, ToDoubleFunction<ScanBenchmark.First> figure) {
    var figures = new double[rounds.length];
    for (int i = 0; i < rounds.length; i++) {
      figures[i] = figure.applyAsDouble(rounds[i]);
    }
    return Figures.median(figures);
  }

  /// What is measured several times.
  private interface Measurement {
    double seconds() throws IOException, InterruptedException;
  }

  private static double median(int rounds, Measurement measurement)
      throws IOException, InterruptedException {
    var figures = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      figures[i] = measurement.seconds();
    }
    return Figures.median(figures);
  }
}
