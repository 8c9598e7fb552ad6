package io.github.dockerimageexporter.deploy.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.deploy.Dashboard;
import io.github.dockerimageexporter.deploy.DeployFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Grafana finds its data source and its dashboards where the compose stack puts them.
class ProvisioningTest {
  private static final JsonNode STACK = DeployFiles.read("compose/compose.yaml");
  private static final Path PROVISIONING = Path.of("grafana/provisioning");

  @Test
  void dataSourceIsThePrometheusOfTheStack() {
    JsonNode sources =
        DeployFiles.read(PROVISIONING.resolve("datasources/prometheus.yaml")).get("datasources");

    assertThat(sources).hasSize(1);
    JsonNode source = sources.get(0);
    assertThat(STACK.at("/services/prometheus").isObject()).isTrue();
    assertThat(source.get("type").asText()).isEqualTo("prometheus");
    assertThat(source.get("url").asText()).isEqualTo("http://prometheus:9090");
    assertThat(source.get("isDefault").asBoolean()).isTrue();
    assertThat(source.at("/jsonData/timeInterval"))
        .isEqualTo(DeployFiles.read("compose/prometheus.yaml").at("/global/scrape_interval"));
  }

  @Test
  void dashboardsAreReadFromWhereTheyAreMounted() {
    JsonNode provider = provider();

    assertThat(provider.get("type").asText()).isEqualTo("file");
    assertThat(provider.get("allowUiUpdates").asBoolean()).isFalse();
    assertThat(STACK.at("/services/grafana/volumes"))
        .extracting(JsonNode::asText)
        .contains(
            "../../grafana/dashboards:" + provider.at("/options/path").asText() + ":ro",
            "../../grafana/provisioning/datasources:/etc/grafana/provisioning/datasources:ro",
            "../../grafana/provisioning/dashboards:/etc/grafana/provisioning/dashboards:ro");
  }

  @Test
  void fleetIsTheFirstThatIsSeen() {
    assertThat(
            STACK
                .at("/services/grafana/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                .asText())
        .isEqualTo(provider().at("/options/path").asText() + "/fleet.json");
    assertThat(Dashboard.DIRECTORY.resolve("fleet.json")).exists();
  }

  private static JsonNode provider() {
    return DeployFiles.read(PROVISIONING.resolve("dashboards/dashboards.yaml")).at("/providers/0");
  }
}
