package io.github.dockerimageexporter.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.engine.exporter.Prometheus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Watched hosts, and a real Prometheus with the shipped recording rules that scrapes them each
/// second.
public final class Fleet implements AutoCloseable {
  public static final String JOB = "docker-image-exporter";
  private static final String SECOND = "1s";

  private final List<WatchedHost> hosts;
  private final Prometheus prometheus;

  private Fleet(List<WatchedHost> hosts, Prometheus prometheus) {
    this.hosts = hosts;
    this.prometheus = prometheus;
  }

  /// Starts Prometheus for hosts that run already; closing ends them too.
  ///
  /// @param directory where Prometheus keeps its files
  public static Fleet of(Path directory, List<WatchedHost> hosts) throws IOException {
    return new Fleet(hosts, Prometheus.start(directory, configuration(hosts)));
  }

  public Prometheus prometheus() {
    return prometheus;
  }

  @Override
  public void close() throws IOException {
    prometheus.close();
    for (WatchedHost host : hosts) {
      host.close();
    }
  }

  private static JsonNode configuration(List<WatchedHost> hosts) {
    List<?> targets =
        hosts.stream()
            .map(
                host ->
                    Map.of(
                        "targets",
                        List.of(host.target()),
                        "labels",
                        Map.of("instance", host.name())))
            .toList();
    return new JsonMapper()
        .valueToTree(
            Map.of(
                "global",
                Map.of("scrape_interval", SECOND, "evaluation_interval", SECOND),
                "rule_files",
                List.of(DeployFiles.path("prometheus/rules.yaml").toString()),
                "scrape_configs",
                List.of(Map.of("job_name", JOB, "static_configs", targets))));
  }
}
