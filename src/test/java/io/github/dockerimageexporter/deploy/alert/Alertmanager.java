package io.github.dockerimageexporter.deploy.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dockerimageexporter.deploy.DeployFiles;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Ports;
import io.github.dockerimageexporter.engine.machine.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A real Alertmanager that runs the shipped route and inhibition, without the route's waits.
public final class Alertmanager implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SECOND = "1s";

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final Daemon daemon;

  private Alertmanager(int port, Daemon daemon) {
    this.port = port;
    this.daemon = daemon;
    Runtime.getRuntime().addShutdownHook(new Thread(daemon::kill, "kill alertmanager"));
  }

  /// Starts it with its files below `directory`.
  ///
  /// @param webhook where the pager and the messages go
  static Alertmanager start(Path directory, String webhook) throws IOException {
    Path file = Files.createDirectories(directory).resolve("alertmanager.yaml");
    DeployFiles.write(file, configuration(webhook));
    int port = Ports.free();
    var alertmanager =
        new Alertmanager(
            port,
            Daemon.start(
                directory.resolve("alertmanager.log"),
                List.of(
                    Requirement.ALERTMANAGER.file().toString(),
                    "--config.file=" + file,
                    "--storage.path=" + directory.resolve("data"),
                    "--cluster.listen-address=",
                    "--web.listen-address=127.0.0.1:" + port)));
    alertmanager.daemon.awaitReady(() -> !alertmanager.send(request("/-/ready", port)).isEmpty());
    return alertmanager;
  }

  private static JsonNode configuration(String webhook) {
    JsonNode configuration = DeployFiles.read("alertmanager/alertmanager.yaml");
    var route = (ObjectNode) configuration.get("route");
    route.put("group_wait", SECOND).put("group_interval", SECOND);
    for (JsonNode receiver : configuration.get("receivers")) {
      if (!receiver.get("name").asText().equals("dashboard-only")) {
        ((ObjectNode) receiver).putArray("webhook_configs").addObject().put("url", webhook);
      }
    }
    return configuration;
  }

  /// Host and port, as Prometheus names it.
  String target() {
    return "127.0.0.1:" + port;
  }

  /// The alerts it knows: `labels`, and `status` with `state` and `inhibitedBy`.
  List<JsonNode> alerts() throws IOException, InterruptedException {
    return JSON.readTree(send(request("/api/v2/alerts", port))).valueStream().toList();
  }

  /// Tells it of alerts that fire, each by its labels.
  void fire(List<Map<String, String>> alerts) throws IOException, InterruptedException {
    JsonNode body =
        JSON.valueToTree(alerts.stream().map(labels -> Map.of("labels", labels)).toList());
    send(
        request("/api/v2/alerts", port)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  @Override
  public void close() throws IOException {
    daemon.close();
  }

  private static HttpRequest.Builder request(String path, int port) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  /// The body of the answer.
  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var response = client.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("expected status 200, found " + response + ": " + response.body());
    }
    return response.body();
  }
}
