package io.github.dockerimageexporter.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The rules ask only for what the exporter exports, or what another rule records.
class MetricNamesTest {
  private static final Path TABLE = Path.of("src/test/resources/exporter/metric-table.md");
  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| \\w+ \\| ([^|]*) \\|.*");

  /// What Prometheus adds to every series.
  private static final Set<String> TARGET_LABELS = Set.of("job", "instance");

  private static final Map<String, Set<String>> LABELS_OF_FAMILIES = new HashMap<>();
  private static final Set<String> RECORDED = new HashSet<>();

  @BeforeAll
  static void learnNames() throws IOException {
    for (String line : Files.readAllLines(TABLE)) {
      var row = ROW.matcher(line);
      if (row.matches()) {
        LABELS_OF_FAMILIES.put(row.group(1), Set.of(row.group(2).split(", ", -1)));
      }
    }
    LABELS_OF_FAMILIES.put("up", Set.of());
    recordingRules().forEach(rule -> RECORDED.add(rule.get("record").asText()));
  }

  @Test
  void everyMetricIsExportedOrRecorded() {
    assertThat(selectors())
        .hasSizeGreaterThan(30)
        .allMatch(
            selector ->
                LABELS_OF_FAMILIES.containsKey(selector.metric())
                    || RECORDED.contains(selector.metric()));
  }

  @Test
  void everyLabelMatchedIsOneOfTheMetric() {
    assertThat(selectors())
        .filteredOn(selector -> LABELS_OF_FAMILIES.containsKey(selector.metric()))
        .allSatisfy(
            selector ->
                assertThat(labelsOf(selector.metric()))
                    .containsAll(
                        selector.matchers().stream().map(Selector.Matcher::label).toList()));
  }

  @Test
  void everyLabelGroupedByExists() {
    Set<String> all =
        LABELS_OF_FAMILIES.keySet().stream()
            .flatMap(family -> labelsOf(family).stream())
            .collect(Collectors.toSet());

    assertThat(expressions().flatMap(text -> Selector.groupingLabels(text).stream()))
        .isNotEmpty()
        .isSubsetOf(all);
  }

  /// level:metric:operations.
  @Test
  void recordedNamesSayTheirLevelAndOperation() {
    assertThat(RECORDED)
        .allMatch(name -> name.matches("[a-z_]+:docker_[a-z_]+:(sum|count|ratio|rate5m)"));
  }

  private static Set<String> labelsOf(String family) {
    var labels = new HashSet<String>(TARGET_LABELS);
    labels.addAll(LABELS_OF_FAMILIES.getOrDefault(family, Set.of()));
    return labels;
  }

  private static List<Selector> selectors() {
    Stream<String> annotations =
        DeployFiles.alerts().stream().map(alert -> alert.at("/annotations/description").asText());
    return Stream.concat(expressions(), annotations)
        .flatMap(text -> Selector.in(text).stream())
        .toList();
  }

  private static Stream<String> expressions() {
    return Stream.concat(recordingRules().stream(), DeployFiles.alerts().stream())
        .map(rule -> rule.get("expr").asText());
  }

  private static List<JsonNode> recordingRules() {
    return DeployFiles.rules("prometheus/rules.yaml");
  }
}
