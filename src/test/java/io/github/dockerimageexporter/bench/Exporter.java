package io.github.dockerimageexporter.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The distribution at work: a process, and what the kernel says of it.
///
/// @param log what it has not been asked for yet
/// @param startedNanos when its launcher was called, by [System#nanoTime]
record Exporter(Process process, BufferedReader log, int port, long startedNanos)
    implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("msg=\"listening\".* port=([0-9]+)");
  private static final Pattern MEMORY = Pattern.compile("VmRSS:\\s+([0-9]+) kB");

  /// The threads that go on after a scan: they measure directories and read tar-split records.
  private static final List<String> READERS = List.of("usage-", "tar-split", "content");

  private static final long POLL_MILLIS = 10;
  private static final long LOOK_POLL_MILLIS = 50;

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
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      var listening = LISTENING.matcher(line);
      if (listening.find()) {
        return new Exporter(process, log, Integer.parseInt(listening.group(1)), started);
      }
    }
    throw new IOException(distribution + ": ended before it listened");
  }

  /// Waits until the first scan is published.
  void awaitReady() throws IOException, InterruptedException {
    awaitReady(POLL_MILLIS);
  }

  /// Waits until the first scan is published, and disturbs it little by asking.
  void awaitFirstScan() throws IOException, InterruptedException {
    awaitReady(LOOK_POLL_MILLIS);
  }

  private void awaitReady(long pollMillis) throws IOException, InterruptedException {
    while (status("/-/ready") != 200) {
      Thread.sleep(pollMillis);
    }
  }

  /// Waits until every directory is measured.
  void awaitSizes() throws IOException, InterruptedException {
    String pending = "docker_image_exporter_directories_pending";
    while (!text("/metrics?name%5B%5D=" + pending).contains("\n" + pending + " 0.0")) {
      Thread.sleep(100);
    }
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
    var connection = (HttpURLConnection) uri(path).toURL().openConnection();
    return connection.getResponseCode();
  }

  private String text(String path) throws IOException {
    try (var in = uri(path).toURL().openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /// The processor time so far, in seconds, without that of [#READERS].
  double cpuSeconds() throws IOException {
    try (Stream<Path> threads = Files.list(proc("task"))) {
      return threads.mapToLong(Exporter::cpuNanos).sum() / 1e9;
    }
  }

  private static long cpuNanos(Path thread) {
    try {
      String name = Files.readString(thread.resolve("comm"));
      return READERS.stream().anyMatch(name::startsWith)
          ? 0
          : Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ", 2)[0]);
    } catch (NoSuchFileException ended) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
    process.toHandle().destroy();
    process.toHandle().onExit().join();
  }
}
