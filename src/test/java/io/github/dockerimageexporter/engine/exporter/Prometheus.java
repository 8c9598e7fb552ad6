package io.github.dockerimageexporter.engine.exporter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Ports;
import io.github.dockerimageexporter.engine.machine.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A real Prometheus of the test's own, which scrapes `/metrics` of some ports of this machine each
/// second.
public final class Prometheus implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final Daemon prometheus;

  private Prometheus(int port, Daemon prometheus) {
    this.port = port;
    this.prometheus = prometheus;
    Runtime.getRuntime().addShutdownHook(new Thread(prometheus::kill, "kill prometheus"));
  }

  /// Starts Prometheus with its files below `directory`.
  ///
  /// @param jobs the port that each job scrapes
  public static Prometheus start(Path directory, Map<String, Integer> jobs) throws IOException {
    JsonNode configuration = JSON.valueToTree(configuration(jobs));
    return start(directory, configuration);
  }

  /// The same, configured as the caller likes.
  public static Prometheus start(Path directory, JsonNode content) throws IOException {
    Path configuration = Files.createDirectories(directory).resolve("prometheus.json");
    JSON.writeValue(configuration.toFile(), content);
    int port = Ports.free();
    var prometheus =
        new Prometheus(
            port,
            Daemon.start(
                directory.resolve("prometheus.log"),
                List.of(
                    Requirement.PROMETHEUS.file().toString(),
                    "--config.file=" + configuration,
                    "--storage.tsdb.path=" + directory.resolve("data"),
                    "--web.listen-address=127.0.0.1:" + port,
                    "--log.level=warn")));
    prometheus.prometheus.awaitReady(() -> prometheus.answer("/-/ready").statusCode() == 200);
    return prometheus;
  }

  /// The data of the answer to a GET of its API.
  public JsonNode data(String path) throws IOException, InterruptedException {
    Answer answer = answer(path);
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": expected status 200, found " + answer);
    }
    return JSON.readTree(answer.body()).get("data");
  }

  /// The value that `expression` has now, by the label `job`.
  public Map<String, Double> valueByJob(String expression)
      throws IOException, InterruptedException {
    var values = new TreeMap<String, Double>();
    query(expression)
        .forEach(
            one ->
                values.put(
                    one.at("/metric/job").textValue(),
                    Double.valueOf(one.at("/value/1").textValue())));
    return values;
  }

  /// The series that `expression` gives now, each with `metric` and `value`.
  ///
  /// @throws IOException if it is no valid expression
  public JsonNode query(String expression) throws IOException, InterruptedException {
    String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return data("/api/v1/query?query=" + query).get("result");
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  public String log() throws IOException {
    return prometheus.log();
  }

  @Override
  public void close() throws IOException {
    prometheus.close();
  }

  private record Answer(int statusCode, String body) {}

  private Answer answer(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri().resolve(path)).build();
    var response = client.send(request, BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  /// YAML is read, of which JSON is a part.
  private static Map<String, ?> configuration(Map<String, Integer> jobs) {
    List<?> scrapes =
        jobs.entrySet().stream()
            .map(
                job ->
                    Map.of(
                        "job_name",
                        job.getKey(),
                        "static_configs",
                        List.of(Map.of("targets", List.of("127.0.0.1:" + job.getValue())))))
            .toList();
    return Map.of("global", Map.of("scrape_interval", "1s"), "scrape_configs", scrapes);
  }
}
