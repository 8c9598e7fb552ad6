package io.github.dockerimageexporter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/// The distribution at work: a process, and what the kernel says of it.
///
/// @param log what it has not been asked for yet
/// @param startedNanos when its launcher was called, by [System#nanoTime]
record Exporter(Process process, BufferedReader log, int port, long startedNanos, CpuClock clock)
    implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("msg=\"listening\".* port=([0-9]+)");
  private static final Pattern MEMORY = Pattern.compile("VmRSS:\\s+([0-9]+) kB");

  private static final long POLL_MILLIS = 10;
  private static final long SCAN_POLL_MILLIS = 50;
  private static final long SIZES_POLL_MILLIS = 1_000;
  private static final int SIZES_POLLS = 10;

  /// Serves `dataRoot`, with no scan but those that changes ask for.
  static Exporter start(Path distribution, Path dataRoot) throws IOException {
    return start(distribution, dataRoot, "1h");
  }

  static Exporter start(Path distribution, Path dataRoot, String interval) throws IOException {
    return start(distribution, dataRoot, interval, "");
  }

  /// @param javaOptions for its virtual machine, beside the launcher's own
  static Exporter start(Path distribution, Path dataRoot, String interval, String javaOptions)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                distribution.resolve("bin/docker-image-exporter").toString(),
                "--docker.root=" + dataRoot,
                "--web.listen-address=127.0.0.1:0",
                "--refresh.interval=" + interval));
    var builder = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("DOCKER_IMAGE_EXPORTER_JAVA_OPTS", javaOptions);
    long started = System.nanoTime();
    Process process = builder.start();
    var log = process.errorReader();
    int port = port(process, log);
    return new Exporter(process, log, port, started, CpuClock.of(process.pid()));
  }

  /// Waits until it says on which port it listens; one that does not within the limit is ended.
  private static int port(Process process, BufferedReader log) throws IOException {
    CompletableFuture<Void> limit =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(Wait.LIMIT.toMillis(), TimeUnit.MILLISECONDS));
    try {
      for (String line = log.readLine(); line != null; line = log.readLine()) {
        var listening = LISTENING.matcher(line);
        if (listening.find()) {
          return Integer.parseInt(listening.group(1));
        }
      }
    } finally {
      limit.cancel(true);
    }
    throw new IOException(
        "%s: ended, or did not listen within %d s"
            .formatted(process.info().command().orElse("exporter"), Wait.LIMIT.toSeconds()));
  }

  /// Waits until the first scan is published.
  void awaitReady() throws IOException, InterruptedException {
    awaitReady(POLL_MILLIS);
  }

  /// Waits until the first scan is published, and disturbs it little by asking.
  void awaitFirstScan() throws IOException, InterruptedException {
    awaitReady(SCAN_POLL_MILLIS);
  }

  private void awaitReady(long pollMillis) throws IOException, InterruptedException {
    Wait.until("/-/ready answers 200", Wait.LIMIT, pollMillis, () -> status("/-/ready") == 200);
  }

  /// Waits until every directory is measured, and none was to be measured for ten seconds: in a
  /// large store they come some time after the first scan.
  void awaitSizes() throws IOException, InterruptedException {
    String pending = "docker_image_exporter_directories_pending";
    String none = pending + " 0.0";
    var inTurn = new AtomicInteger();
    Wait.until(
        none,
        Wait.LIMIT,
        SIZES_POLL_MILLIS,
        () -> {
          boolean isNone = text("/metrics?name%5B%5D=" + pending).contains("\n" + none);
          return inTurn.updateAndGet(before -> isNone ? before + 1 : 0) == SIZES_POLLS;
        });
  }

  /// How many scans there have been.
  double scans() throws IOException {
    String scans = "docker_image_exporter_refreshes_total";
    return text("/metrics?name%5B%5D=" + scans)
        .lines()
        .filter(line -> line.startsWith(scans + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(scans.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IOException(scans + ": not among the metrics"));
  }

  /// How many bytes the metrics have in one form.
  long scrape(String accept, String encoding) throws IOException {
    return Http.get(uri("/metrics"), accept, encoding);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private int status(String path) throws IOException {
    return Http.open(uri(path)).getResponseCode();
  }

  private String text(String path) throws IOException {
    try (var in = Http.open(uri(path)).getInputStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /// The memory it has in use, in MiB.
  double residentMebibytes() throws IOException {
    var memory = MEMORY.matcher(Files.readString(proc("status")));
    if (!memory.find()) {
      throw new IOException(proc("status") + ": expected a line " + MEMORY);
    }
    return Long.parseLong(memory.group(1)) / 1024.0;
  }

  private Path proc(String name) {
    return Path.of("/proc", Long.toString(process.pid()), name);
  }

  @Override
  public void close() {
    Wait.untilEnded(process.toHandle());
  }
}
