package io.github.dockerimageexporter.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dockerimageexporter.engine.Daemon;
import io.github.dockerimageexporter.engine.Ports;
import io.github.dockerimageexporter.engine.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real Prometheus and a real Alertmanager that run what is shipped, only faster: the rules
/// without their patience, the route without its waits.
final class Monitoring implements AutoCloseable {
  private static final String SECOND = "1s";

  private final Path directory;
  private final int prometheusPort;
  private final int alertmanagerPort;
  private final Daemon alertmanager;
  private final Daemon prometheus;

  /// @param exporter host and port to scrape
  /// @param webhook where the pager and the messages go
  private Monitoring(Path directory, String exporter, String webhook) throws IOException {
    this.directory = Files.createDirectories(directory);
    prometheusPort = Ports.free();
    alertmanagerPort = Ports.free();
    alertmanager = startAlertmanager(webhook);
    prometheus = startPrometheus(exporter);
  }

  static Monitoring start(Path directory, String exporter, String webhook) throws IOException {
    var monitoring = new Monitoring(directory, exporter, webhook);
    monitoring.alertmanager.awaitReady(() -> monitoring.isReady(monitoring.alertmanagerPort));
    monitoring.prometheus.awaitReady(() -> monitoring.isReady(monitoring.prometheusPort));
    return monitoring;
  }

  /// The alerts that Alertmanager knows: `labels`, and `status` with `state` and `inhibitedBy`.
  JsonNode alerts() throws IOException, InterruptedException {
    return new JsonMapper().readTree(get(alertmanagerPort, "/api/v2/alerts"));
  }

  @Override
  public void close() throws IOException {
    try (alertmanager) {
      prometheus.close();
    }
  }

  private Daemon startAlertmanager(String webhook) throws IOException {
    JsonNode configuration = DeployFiles.read("alertmanager/alertmanager.yaml");
    var route = (ObjectNode) configuration.get("route");
    route.put("group_wait", SECOND).put("group_interval", SECOND);
    for (JsonNode receiver : configuration.get("receivers")) {
      if (!receiver.get("name").asText().equals("dashboard-only")) {
        ((ObjectNode) receiver).putArray("webhook_configs").addObject().put("url", webhook);
      }
    }
    Path file = directory.resolve("alertmanager.yaml");
    DeployFiles.write(file, configuration);
    return start(
        Requirement.ALERTMANAGER,
        "--config.file=" + file,
        "--storage.path=" + directory.resolve("alertmanager"),
        "--cluster.listen-address=",
        "--web.listen-address=127.0.0.1:" + alertmanagerPort);
  }

  private Daemon startPrometheus(String exporter) throws IOException {
    JsonNode rules = DeployFiles.read("prometheus/alerts.yaml");
    for (JsonNode group : rules.get("groups")) {
      for (JsonNode rule : group.get("rules")) {
        ((ObjectNode) rule).put("for", "0s").remove("keep_firing_for");
      }
    }
    DeployFiles.write(directory.resolve("alerts.yaml"), rules);
    Path file = directory.resolve("prometheus.yaml");
    DeployFiles.write(file, prometheusConfiguration(exporter));
    return start(
        Requirement.PROMETHEUS,
        "--config.file=" + file,
        "--storage.tsdb.path=" + directory.resolve("prometheus"),
        "--web.listen-address=127.0.0.1:" + prometheusPort);
  }

  /// The shipped scrape job and rules, with addresses of this machine.
  private ObjectNode prometheusConfiguration(String exporter) {
    var configuration = (ObjectNode) DeployFiles.read("prometheus/scrape.yaml");
    configuration.putObject("global").put("evaluation_interval", SECOND);
    configuration.putArray("rule_files").add(directory.resolve("alerts.yaml").toString());
    ((ObjectNode) configuration.at("/scrape_configs/0"))
        .put("scrape_interval", SECOND)
        .put("scrape_timeout", SECOND);
    ((ObjectNode) configuration.at("/scrape_configs/0/static_configs/0"))
        .putArray("targets")
        .add(exporter);
    configuration
        .putObject("alerting")
        .putArray("alertmanagers")
        .addObject()
        .putArray("static_configs")
        .addObject()
        .putArray("targets")
        .add("127.0.0.1:" + alertmanagerPort);
    return configuration;
  }

  private Daemon start(Requirement program, String... flags) throws IOException {
    var command = new ArrayList<String>(List.of(program.file().toString()));
    command.addAll(List.of(flags));
    Path log = directory.resolve(program.file().getFileName() + ".log");
    Daemon daemon = Daemon.start(log, command);
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::kill, "kill " + program));
    return daemon;
  }

  private boolean isReady(int port) throws IOException, InterruptedException {
    return !get(port, "/-/ready").isEmpty();
  }

  private static String get(int port, String path) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + path);
      var response = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(uri + ": status " + response.statusCode() + ", expected 200");
      }
      return response.body();
    }
  }
}
