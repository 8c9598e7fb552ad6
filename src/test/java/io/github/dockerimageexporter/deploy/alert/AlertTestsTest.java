package io.github.dockerimageexporter.deploy.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.deploy.DeployFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every alert has a test of its own that it can fail: it fires, not a minute earlier, and ends.
class AlertTestsTest {
  private static final String DIRECTORY = "prometheus/tests";

  static List<String> alerts() {
    return DeployFiles.alerts().stream().map(alert -> alert.get("alert").asText()).toList();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void firesAndNotAMinuteEarlier(String alert) throws IOException {
    List<JsonNode> steps = steps(alert);

    assertThat(steps).hasSizeGreaterThanOrEqualTo(3);
    assertThat(steps.getFirst().get("exp_alerts")).isEmpty();
    assertThat(steps.get(1).get("exp_alerts")).isNotEmpty();
    assertThat(time(steps.get(1))).isEqualTo(time(steps.getFirst()).plusMinutes(1));
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void resolves(String alert) throws IOException {
    assertThat(steps(alert).getLast().get("exp_alerts")).isEmpty();
  }

  /// Something healthy beside the broken stays silent: a second host, image or series.
  @ParameterizedTest
  @MethodSource("alerts")
  void isSilentAboutAnythingElse(String alert) throws IOException {
    JsonNode test = test(alert);

    assertThat(test.get("input_series").size())
        .isGreaterThan(steps(alert).get(1).get("exp_alerts").size());
  }

  private static List<JsonNode> steps(String alert) throws IOException {
    List<JsonNode> steps = test(alert).get("alert_rule_test").valueStream().toList();
    assertThat(steps).allMatch(step -> step.get("alertname").asText().equals(alert));
    return steps;
  }

  private static JsonNode test(String alert) throws IOException {
    List<JsonNode> tests =
        DeployFiles.yamlFiles(DIRECTORY).stream()
            .flatMap(file -> DeployFiles.read(file).get("tests").valueStream())
            .filter(test -> test.get("name").asText().equals(alert))
            .toList();
    assertThat(tests).hasSize(1);
    return tests.getFirst();
  }

  /// Prometheus writes durations as `1h30m`, ISO 8601 as `PT1H30M`.
  private static Duration time(JsonNode step) {
    return Duration.parse("PT" + step.get("eval_time").asText());
  }
}
