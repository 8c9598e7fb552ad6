package io.github.dockerimageexporter.deploy.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dockerimageexporter.deploy.DeployFiles;
import io.github.dockerimageexporter.engine.exporter.Prometheus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A real Prometheus and a real Alertmanager that run what is shipped, only faster: the rules
/// without their patience, the route without its waits.
public record Monitoring(Prometheus prometheus, Alertmanager alertmanager)
    implements AutoCloseable {
  private static final String SECOND = "1s";

  /// Starts both, with their files below `directory`.
  ///
  /// @param exporter host and port to scrape
  /// @param webhook where the pager and the messages go
  public static Monitoring start(Path directory, String exporter, String webhook)
      throws IOException {
    Path rules = Files.createDirectories(directory).resolve("alerts.yaml");
    DeployFiles.write(rules, impatient(DeployFiles.read("prometheus/alerts.yaml")));
    var alertmanager = Alertmanager.start(directory.resolve("alertmanager"), webhook);
    JsonNode configuration = configuration(exporter, rules, alertmanager.target());
    return new Monitoring(
        Prometheus.start(directory.resolve("prometheus"), configuration), alertmanager);
  }

  @Override
  public void close() throws IOException {
    try (alertmanager) {
      prometheus.close();
    }
  }

  private static JsonNode impatient(JsonNode rules) {
    for (JsonNode group : rules.get("groups")) {
      for (JsonNode rule : group.get("rules")) {
        ((ObjectNode) rule).put("for", "0s").remove("keep_firing_for");
      }
    }
    return rules;
  }

  /// The shipped scrape job and rules, with addresses of this machine.
  private static JsonNode configuration(String exporter, Path rules, String alertmanager) {
    var configuration = (ObjectNode) DeployFiles.read("prometheus/scrape.yaml");
    configuration.putObject("global").put("evaluation_interval", SECOND);
    configuration.putArray("rule_files").add(rules.toString());
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
        .add(alertmanager);
    return configuration;
  }
}
