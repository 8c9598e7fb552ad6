package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Measures the distribution beside other programs that do the same, and prints one table.
///
/// Arguments: the distribution's directory and, to hold scans against those of another build, that
/// of the other. Run from the project's directory, by `bin/bench`.
final class Benchmark {
  private static final Path READ_STORE = Path.of("src/test/c/read_store.c");
  private static final String ANY = "*/*";
  private static final int ROUNDS = 5;
  private static final int STARTS = 7;
  private static final int SCRAPES = 15;
  private static final int CONNECTIONS = 64;
  private static final Duration LOAD = Duration.ofSeconds(30);

  private static final long IDLE_MILLIS = 60_000;

  /// How often full scans come, and for how long, when those of two builds are compared.
  private static final String FULL_SCANS = "2s";
  private static final long FULL_SCANS_MILLIS = 12_000;

  private final Path distribution;
  private final Optional<Path> other;
  private final Path work;
  private final GeneratedStore small;
  private final GeneratedStore large;
  private final GeneratedContainerdStore inContainerd;

  private Benchmark(Path distribution, Optional<Path> other, Path work) throws IOException {
    this.distribution = distribution;
    this.other = other;
    this.work = work;
    this.small = new GeneratedStore(work.resolve("small"), 10);
    this.large = new GeneratedStore(work.resolve("large"), 1_000);
    this.inContainerd = new GeneratedContainerdStore(work.resolve("containerd"), 1_000);
  }

  public static void main(String[] arguments) throws Exception {
    Path work = Files.createTempDirectory("bench");
    // At the end, whether it comes by itself or by a signal.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> clean(work), "clean"));
    List<Path> distributions =
        Arrays.stream(arguments).map(Path::of).map(Path::toAbsolutePath).toList();
    new Benchmark(distributions.getFirst(), distributions.stream().skip(1).findFirst(), work).run();
  }

  private void run() throws Exception {
    Figures.header();
    WalkBenchmark.run(work);
    new ScrubBenchmark(distribution, work).run();
    Files.createDirectory(work.resolve("empty"));
    small.write();
    large.write();
    inContainerd.write();
    starts();
    new SizeBenchmark(distribution, work, CProgram.compile(READ_STORE, work)).run();
    try (var exporter = Exporter.start(distribution, large.dataRoot())) {
      exporter.awaitReady();
      exporter.awaitSizes();
      scrapes(exporter);
      idle(exporter, "idle between scans, 10,000 layers: CPU", 0.1);
    }
    try (var exporter = Exporter.start(distribution, inContainerd.dataRoot())) {
      exporter.awaitReady();
      exporter.awaitSizes();
      idle(exporter, "idle between scans, 10,000 snapshots: CPU", 0.1);
    }
    try (var exporter = Exporter.start(distribution, small.dataRoot(), "30s")) {
      exporter.awaitReady();
      exporter.awaitSizes();
      idle(exporter, "idle, a scan each 30 s, 100 layers: CPU", 0.1);
    }
    if (other.isPresent()) {
      fullScans(other.get());
    }
  }

  /// What full scans of an unchanged store cost, beside those of another build: one from before
  /// checks were added says what these cost.
  private void fullScans(Path other) throws InterruptedException {
    String what = "full scan, 10,000 layers, all checks: CPU";
    var own = new double[ROUNDS];
    var beside = new double[ROUNDS];
    try {
      for (int round = 0; round < ROUNDS; round++) {
        own[round] = fullScanMillis(distribution);
        beside[round] = fullScanMillis(other);
      }
      double otherMillis = Figures.median(beside);
      Figures.ratio(what, Figures.median(own), "ms", "other build", otherMillis, 1.5);
    } catch (IOException none) {
      Figures.failed(what, String.valueOf(none.getMessage()));
    }
  }

  private double fullScanMillis(Path build) throws IOException, InterruptedException {
    try (var exporter = Exporter.start(build, large.dataRoot(), FULL_SCANS)) {
      exporter.awaitReady();
      exporter.awaitSizes();
      double scans = exporter.scans();
      double cpu = exporter.clock().seconds();
      Thread.sleep(FULL_SCANS_MILLIS);
      return (exporter.clock().seconds() - cpu) * 1e3 / (exporter.scans() - scans);
    }
  }

  /// What the processor does where nobody asks and nothing happens.
  private static void idle(Exporter exporter, String what, double bar)
      throws IOException, InterruptedException {
    double before = exporter.clock().seconds();
    Thread.sleep(IDLE_MILLIS);
    double percent = (exporter.clock().seconds() - before) / (IDLE_MILLIS / 1e3) * 100;
    Figures.absolute(what, percent, "%", bar);
  }

  /// The time from the call of the launcher to the first metrics.
  private void starts() throws IOException, InterruptedException {
    var seconds = new double[STARTS];
    for (int round = 0; round < STARTS; round++) {
      try (var exporter = Exporter.start(distribution, small.dataRoot())) {
        exporter.awaitReady();
        exporter.scrape(ANY, "identity");
        seconds[round] = (System.nanoTime() - exporter.startedNanos()) / 1e9;
      }
    }
    Figures.absolute("start to first /metrics, 100 layers", Figures.median(seconds), "s", 0.5);
  }

  private void scrapes(Exporter exporter) throws IOException, InterruptedException {
    Path file = work.resolve("metrics");
    try (var in = Http.open(exporter.uri("/metrics")).getInputStream()) {
      Files.copy(in, file);
    }
    try (var nginx = Nginx.serve(work)) {
      var own = new double[SCRAPES];
      var other = new double[SCRAPES];
      for (int round = 0; round < SCRAPES; round++) {
        own[round] = scrapeMillis(exporter.uri("/metrics"));
        other[round] = scrapeMillis(nginx.uri("metrics"));
      }
      double nginxMillis = Figures.median(other);
      Figures.ratio("scrape, 10,000 layers", Figures.median(own), "ms", "nginx", nginxMillis, 2);
      load(exporter.uri("/metrics"), nginx.uri("metrics"));
    }
    Figures.plain("  bytes", Files.size(file) / 1e6, "MB");
    Figures.plain("  bytes, gzip", exporter.scrape(ANY, "gzip") / 1e6, "MB");
  }

  /// Many clients that ask for all metrics as fast as they are answered.
  private static void load(URI metrics, URI file) throws IOException, InterruptedException {
    Load own = Load.of(metrics, CONNECTIONS, LOAD);
    Load other = Load.of(file, CONNECTIONS, LOAD);
    Figures.beside(
        "scrapes on %d connections, 10,000 layers".formatted(CONNECTIONS),
        own.requestsPerSecond(),
        "/s",
        "nginx",
        other.requestsPerSecond());
    Figures.beside("  p99", own.p99Millis(), "ms", "nginx", other.p99Millis());
    Figures.absolute("  errors", (double) own.errors(), "", 0);
  }

  private static double scrapeMillis(URI uri) throws IOException {
    long began = System.nanoTime();
    Http.get(uri, ANY, "identity");
    return (System.nanoTime() - began) / 1e6;
  }

  /// Ends the programs that still run, then deletes what was generated.
  private static void clean(Path work) {
    ProcessHandle.current().children().forEach(Wait::untilEnded);
    try {
      delete(work);
    } catch (IOException | UncheckedIOException left) {
      System.err.printf("bin/bench: %s: not deleted: %s%n", work, left);
    }
  }

  private static void delete(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
