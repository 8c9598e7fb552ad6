import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs the distribution once as a user would, so that the JVM notes what it loads and links: the
/// AOT cache, with which the exporter starts in half the time.
///
/// Argument: the distribution's directory; the cache goes to `lib/docker-image-exporter.aot`. The
/// data root of a demo is served and scraped in every form that Prometheus asks for, then both are
/// stopped by SIGTERM. The demo's own classes stay out of the cache, all of which is resident.
final class TrainAotCache {
  private static final Pattern LISTENING =
      Pattern.compile("msg=\"listening\".* data_root=(?<root>\\S+) .*port=(?<port>[0-9]+)");

  /// Profiles are of use to C2, which does not run, and take memory and time at each start.
  private static final String WITHOUT_PROFILES =
      "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput=";

  private static final int ROUNDS = 3;
  private static final long ROUND_MILLIS = 500;
  private static final long READY_SECONDS = 60;
  private static final long POLL_MILLIS = 50;
  private static final long STOP_SECONDS = 60;

  private final HttpClient client = HttpClient.newHttpClient();

  private TrainAotCache() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path home = Path.of(arguments[0]).toAbsolutePath();
    Path cache = home.resolve("lib/docker-image-exporter.aot");
    Files.deleteIfExists(cache);
    Exporter demo = start(home, "", "demo", "--demo.interval=500ms");
    try {
      train(home, cache, demo.dataRoot());
    } finally {
      demo.stop();
    }
  }

  private static void train(Path home, Path cache, String dataRoot)
      throws IOException, InterruptedException {
    Exporter exporter = start(home, WITHOUT_PROFILES + cache, "--docker.root=" + dataRoot);
    try {
      new TrainAotCache().scrape("http://127.0.0.1:" + exporter.port());
    } finally {
      exporter.stop();
    }
    if (!Files.exists(cache)) {
      throw new IOException(cache + ": the JVM has not written it");
    }
  }

  /// One that listens.
  private record Exporter(Process process, String dataRoot, String port) {
    /// Waits for its end, before which a JVM writes its cache and a demo removes its data root.
    void stop() throws IOException, InterruptedException {
      process.toHandle().destroy(); // Process.destroy would close the log under it.
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("the exporter did not end within " + STOP_SECONDS + " s");
      }
    }
  }

  private static Exporter start(Path home, String javaOptions, String... arguments)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(home.resolve("bin/docker-image-exporter").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("--check.settle=100ms", "--web.listen-address=127.0.0.1:0"));
    var builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", "");
    builder.environment().put("DOCKER_IMAGE_EXPORTER_JAVA_OPTS", javaOptions);
    return listening(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
  }

  /// What the exporter logs after it listens is little, and waits in the pipe.
  private static Exporter listening(Process process) throws IOException {
    var log = process.errorReader();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        return new Exporter(process, listening.group("root"), listening.group("port"));
      }
    }
    throw new IOException("the exporter ended before it listened");
  }

  private void scrape(String server) throws IOException, InterruptedException {
    awaitReady(server);
    for (int round = 0; round < ROUNDS; round++) {
      Thread.sleep(ROUND_MILLIS);
      for (String accepted : new String[] {"application/openmetrics-text;version=1.0.0", "*/*"}) {
        for (String encoding : new String[] {"gzip", "identity"}) {
          int status = get(server + "/metrics", accepted, encoding);
          if (status != 200) {
            throw new IOException(server + "/metrics: expected status 200, found " + status);
          }
        }
      }
    }
  }

  private void awaitReady(String server) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (get(server + "/-/ready", "*/*", "identity") != 200) {
      if (System.nanoTime() > deadline) {
        throw new IOException(server + ": not ready after " + READY_SECONDS + " s");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// The status of the answer.
  private int get(String uri, String accepted, String encoding)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(uri))
            .header("Accept", accepted)
            .header("Accept-Encoding", encoding)
            .build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
