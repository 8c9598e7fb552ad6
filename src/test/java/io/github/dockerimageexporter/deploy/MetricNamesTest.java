package io.github.dockerimageexporter.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.observation.ScrubTally.State;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Rules and dashboards ask only for what the exporter exports or a rule records, and for all of
/// it.
class MetricNamesTest {
  private static final Path TABLE = Path.of("docs/metrics.md");
  private static final Pattern ROW = Pattern.compile("\\| `(\\w+)` \\| \\w+ \\| ([^|]*) \\|.*");

  /// What Prometheus adds to every series.
  private static final Set<String> TARGET_LABELS = Set.of("job", "instance");

  /// Of samples of containerd's stores only; rules join on it so that one set serves both kinds.
  private static final String NAMESPACE = "containerd_namespace";

  private static final String ON_DEMAND = "off unless --collector.containers says otherwise";

  /// Exported for what users do with it, each with the reason why nothing here asks for it.
  private static final Map<String, String> WAIVED =
      Map.of(
          "docker_image_layer_info", "off unless --collector.image-layers says otherwise",
          "docker_container_info", ON_DEMAND,
          "docker_container_writable_disk_bytes", ON_DEMAND,
          "docker_container_writable_inodes", ON_DEMAND,
          "docker_store_blobs", "the dashboards show their bytes");

  /// The labels whose values are closed lists.
  private static final Map<String, Set<String>> VALUES =
      Map.of(
          "problem", labels(Kind.values(), Kind::label),
          "impact", labels(Impact.values(), Impact::label),
          "owner", labels(Owner.values(), Owner::label),
          "depth", labels(Depth.values(), Depth::label),
          "state",
              Stream.of(
                      labels(DataRootState.values(), DataRootState::label),
                      labels(State.values(), State::label))
                  .flatMap(Set::stream)
                  .collect(Collectors.toSet()));

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
    LABELS_OF_FAMILIES.put("process_resident_memory_bytes", Set.of());
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
            .collect(Collectors.toCollection(() -> new HashSet<>(Set.of(NAMESPACE))));

    assertThat(expressions().flatMap(text -> Selector.groupingLabels(text).stream()))
        .isNotEmpty()
        .isSubsetOf(all);
  }

  @Test
  void everyFamilyIsAskedForOrWaived() {
    var unused = new HashSet<>(LABELS_OF_FAMILIES.keySet());
    selectors().forEach(selector -> unused.remove(selector.metric()));

    assertThat(unused).isEqualTo(WAIVED.keySet());
  }

  @Test
  void everyValueMatchedIsOneThatTheLabelCanHave() {
    assertThat(selectors().stream().flatMap(selector -> selector.matchers().stream()))
        .filteredOn(matcher -> VALUES.containsKey(matcher.label()))
        .hasSizeGreaterThan(15)
        .allSatisfy(
            matcher ->
                assertThat(matcher.value().split("\\|", -1))
                    .isSubsetOf(VALUES.getOrDefault(matcher.label(), Set.of())));
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
    if (labels.contains("driver")) {
      labels.add(NAMESPACE);
    }
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
    Stream<String> rules =
        Stream.concat(recordingRules().stream(), DeployFiles.alerts().stream())
            .map(rule -> rule.get("expr").asText());
    return Stream.of(rules, ofPanels(), ofVariables()).flatMap(Function.identity());
  }

  private static Stream<String> ofPanels() {
    return Dashboard.allQueries().stream().map(Dashboard.Query::expression);
  }

  private static Stream<String> ofVariables() {
    return Dashboard.all().stream()
        .flatMap(dashboard -> dashboard.variables("query").stream())
        .map(variable -> variable.get("query").asText());
  }

  private static <T> Set<String> labels(T[] values, Function<T, String> label) {
    return Arrays.stream(values).map(label).collect(Collectors.toSet());
  }

  private static List<JsonNode> recordingRules() {
    return DeployFiles.rules("prometheus/rules.yaml");
  }
}
