package io.github.dockerimageexporter.bench;

import com.sun.management.ThreadMXBean;
import io.github.dockerimageexporter.exporter.BuildInfo;
import io.github.dockerimageexporter.exporter.ExporterServer;
import io.github.dockerimageexporter.exporter.LayerOptions;
import io.github.dockerimageexporter.exporter.ServerOptions;
import io.github.dockerimageexporter.refresh.Observation;
import io.github.dockerimageexporter.refresh.RefreshStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Prints what a scrape of a large store costs, beside nginx that serves the same bytes as a file.
///
/// ```text
/// ScrapeBenchmark [images [layers per image [port to stay at]]]
/// ```
public final class ScrapeBenchmark implements AutoCloseable {
  private static final int WARM_UP = 100;
  private static final int RUNS = 101;

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExporterServer server;

  private ScrapeBenchmark(Observation observation, int port) throws IOException {
    var status =
        new RefreshStatus(
            Optional.of(true), Optional.empty(), Optional.empty(), 1, 0, true, 0, 0, 0, 0);
    this.server =
        new ExporterServer(
            new ServerOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                "/metrics",
                LayerOptions.DEFAULT,
                new BuildInfo("bench", "")),
            () -> Optional.of(observation),
            () -> status,
            () -> {});
    server.start();
  }

  static void main(String[] arguments) throws IOException, InterruptedException {
    int images = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
    int layers = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    int port = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 0;
    try (var benchmark = new ScrapeBenchmark(LargeStore.observe(images, layers), port)) {
      System.out.printf("%d images of %d layers%n", images, layers);
      for (String encoding : List.of("gzip", "identity")) {
        benchmark.measure(encoding);
      }
      if (port != 0) {
        Thread.currentThread().join();
      }
    }
  }

  private void measure(String encoding) throws IOException, InterruptedException {
    URI metrics = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = threads.getTotalThreadAllocatedBytes();
    long start = System.nanoTime();
    byte[] body = get(metrics, encoding);
    System.out.printf(
        "%s: %,d bytes%s, first scrape %.0f ms, %,d bytes allocated (client's copy included)%n",
        encoding,
        body.length,
        encoding.equals("identity") ? ", %,d series".formatted(series(body)) : "",
        (System.nanoTime() - start) / 1e6,
        threads.getTotalThreadAllocatedBytes() - allocated);
    try (var nginx = new Nginx(body)) {
      double[] ours = new double[RUNS];
      double[] theirs = new double[RUNS];
      for (int i = -WARM_UP; i < RUNS; i++) {
        ours[Math.max(i, 0)] = time(metrics, encoding);
        theirs[Math.max(i, 0)] = time(nginx.file(), encoding);
      }
      System.out.printf(
          "%s: scrape %.2f ms, nginx %.2f ms, ratio of medians %.2f%n",
          encoding, median(ours), median(theirs), median(ours) / median(theirs));
    }
  }

  private double time(URI uri, String encoding) throws IOException, InterruptedException {
    long start = System.nanoTime();
    var request = HttpRequest.newBuilder(uri).header("Accept-Encoding", encoding).build();
    HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
    if (answer.statusCode() != 200) {
      throw new IOException(uri + " answered " + answer.statusCode());
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private byte[] get(URI uri, String encoding) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri).header("Accept-Encoding", encoding).build();
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
  }

  private static long series(byte[] text) {
    return new String(text, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .count();
  }

  private static double median(double[] values) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> values[i])
        .sorted()
        .toArray()[values.length / 2];
  }

  @Override
  public void close() {
    client.close();
    server.close(Duration.ZERO);
  }

  /// An nginx of our own that serves one file.
  private static final class Nginx implements AutoCloseable {
    private static final int PORT = 18_377;

    private final Path home;
    private final Process process;

    Nginx(byte[] content) throws IOException, InterruptedException {
      this.home = Files.createTempDirectory("nginx");
      Files.write(home.resolve("metrics"), content);
      Files.writeString(
          home.resolve("nginx.conf"),
          """
          daemon off; user root; worker_processes 2; pid nginx.pid; error_log error.log;
          events {}
          http {
            access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000;
            server { listen 127.0.0.1:%d; root .; }
          }
          """
              .formatted(PORT));
      this.process =
          new ProcessBuilder("nginx", "-p", home.toString(), "-c", "nginx.conf")
              .inheritIO()
              .start();
      while (!Files.exists(home.resolve("nginx.pid")) && process.isAlive()) {
        Thread.sleep(20);
      }
    }

    URI file() {
      return URI.create("http://127.0.0.1:" + PORT + "/metrics");
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }
}
