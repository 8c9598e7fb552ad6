package io.github.dockerimageexporter.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Prometheus' and Alertmanager's own tools accept what is shipped for them.
@Requires({Requirement.PROMETHEUS, Requirement.ALERTMANAGER})
class PrometheusFilesTest {
  static List<Path> ruleTests() throws IOException {
    return DeployFiles.yamlFiles("prometheus/tests");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rules.yaml", "alerts.yaml"})
  void rulesAreValid(String file) {
    assertAccepted("promtool", "check", "rules", DeployFiles.path("prometheus").resolve(file));
  }

  @ParameterizedTest
  @MethodSource("ruleTests")
  void rulesDoAsTheirTestsSay(Path test) {
    assertAccepted("promtool", "test", "rules", test);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"prometheus/scrape.yaml", "swarm/prometheus.yaml", "compose/prometheus.yaml"})
  void scrapeJobsAreValidAndNamedAsTheRulesExpect(String file) {
    assertAccepted("promtool", "check", "config", "--syntax-only", DeployFiles.path(file));

    assertThat(DeployFiles.read(file).at("/scrape_configs/0/job_name").asText())
        .isEqualTo("docker-image-exporter");
  }

  @Test
  void alertmanagersConfigurationIsValid() {
    assertAccepted("amtool", "check-config", DeployFiles.path("alertmanager/alertmanager.yaml"));
  }

  /// The page is for what fails now; the rest is a message, or to be seen when one looks.
  @ParameterizedTest
  @ValueSource(strings = {"critical=pager", "warning=messages", "info=dashboard-only"})
  void severityDecidesWhoIsTold(String expected) throws IOException, InterruptedException {
    String[] severityAndReceiver = expected.split("=", -1);

    String receiver =
        Program.of(
                "amtool",
                "config",
                "routes",
                "test",
                "--config.file=" + DeployFiles.path("alertmanager/alertmanager.yaml"),
                "alertname=DockerImageChainBroken",
                "severity=" + severityAndReceiver[0])
            .run();

    assertThat(receiver).isEqualTo(severityAndReceiver[1]);
  }

  private static void assertAccepted(Object... command) {
    String[] words = List.of(command).stream().map(Object::toString).toArray(String[]::new);
    assertThatCode(() -> Program.of(words).run()).doesNotThrowAnyException();
  }
}
