package io.github.dockerimageexporter.deploy.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.deploy.Dashboard;
import io.github.dockerimageexporter.deploy.Fleet;
import io.github.dockerimageexporter.deploy.WatchedHost;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the dashboards ask for is there: a real engine whose store has a problem of each impact,
/// next to a store in containerd, the packaged exporter, and a real Prometheus with the shipped
/// recording rules.
@Requires({Requirement.ROOT, Requirement.ENGINE, Requirement.BUSYBOX, Requirement.PROMETHEUS})
class DashboardIT {
  private static final String HOST = "host-1.example";
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");
  private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{(\\w+)}}");

  /// As Grafana fills them in, with one job and host and both of its stores chosen.
  private static final Map<String, String> VALUES =
      Map.of(
          "job", Fleet.JOB,
          "instance", HOST.replace(".", "\\\\."),
          "driver", "overlay2|overlayfs",
          "__rate_interval", "5s",
          "__range", "60s",
          "__range_s", "60");

  @TempDir private static Path directory;
  private static Fleet fleet;

  static List<Dashboard> dashboards() {
    return Dashboard.all();
  }

  static List<Dashboard.Panel> panels() {
    return Dashboard.allPanels();
  }

  static List<Dashboard.Query> queries() {
    return Dashboard.allQueries();
  }

  @BeforeAll
  static void watchDamagedHost() throws IOException, InterruptedException {
    WatchedHost host = WatchedHost.withContainerd(HOST);
    host.addBase("base:1");
    host.addImage("shop/app:1", "base:1", 2);
    host.addImage("shop/tool:1", "base:1", 1);
    host.addImage("shop/job:1", "base:1", 1);
    host.addChanged("shop/job:2", "shop/job:1");
    host.spoilContent("shop/job:1");
    host.runContainer("app", "shop/app:1");
    fleet = Fleet.of(directory, List.of(host));
    // Before the download, for whose end the scrub waits.
    await("a layer with other content")
        .atMost(Duration.ofMinutes(1))
        .until(() -> !ask("docker_store_scrub_layers{state='corrupt'} > 0").isEmpty());
    host.breakChain("shop/app:1");
    host.loseTarSplit("shop/tool:1");
    host.leaveOrphan(1);
    host.leaveDownload();
    await("a problem of each impact")
        .until(() -> ask("sum by (impact) (docker_store_problems) > 0").size() == 3);
  }

  @AfterAll
  static void stop() throws IOException {
    fleet.close();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void expressionReturnsData(Dashboard.Query query) {
    assertThat(result(query)).isNotEmpty();
  }

  @Test
  void countsWhatWasAsked(TestReporter reporter) {
    reporter.publishEntry("expressions that returned data", String.valueOf(queries().size()));

    assertThat(queries()).hasSizeGreaterThan(80);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void variablesFindTheHost(Dashboard dashboard) throws IOException, InterruptedException {
    for (JsonNode variable : dashboard.variables("query")) {
      var query = LABEL_VALUES.matcher(variable.get("query").asText());
      assertThat(query.matches()).isTrue();
      String label = query.group(2);

      JsonNode found =
          ask("count by (%s) (%s)".formatted(label, Dashboard.fillIn(query.group(1), VALUES)));

      String expected = label.equals("instance") ? HOST : String.valueOf(VALUES.get(label));
      assertThat(found.findValuesAsText(label))
          .containsExactlyInAnyOrder(expected.split("\\|", -1));
    }
  }

  /// Renamed columns and legends are labels of what is returned.
  @ParameterizedTest
  @MethodSource("panels")
  void namesOfColumnsAndLegendsAreLabels(Dashboard.Panel panel) {
    Set<String> labels = new HashSet<>();
    for (Dashboard.Query query : panel.queries()) {
      Set<String> ofQuery = new HashSet<>();
      result(query)
          .forEach(series -> series.get("metric").fieldNames().forEachRemaining(ofQuery::add));
      assertThat(
              LEGEND_LABEL
                  .matcher(query.content().get("legendFormat").asText())
                  .results()
                  .map(found -> found.group(1)))
          .isSubsetOf(ofQuery);
      labels.addAll(ofQuery);
    }

    Set<String> columns = new HashSet<>();
    panel
        .content()
        .findValues("renameByName")
        .forEach(names -> names.fieldNames().forEachRemaining(columns::add));
    columns.removeIf(column -> column.startsWith("Value"));
    assertThat(labels).containsAll(columns);
  }

  private static JsonNode result(Dashboard.Query query) {
    String expression = Dashboard.fillIn(query.expression(), VALUES);
    return await(expression)
        .pollDelay(Duration.ZERO)
        .until(() -> ask(expression), result -> !result.isEmpty());
  }

  private static JsonNode ask(String expression) throws IOException, InterruptedException {
    return fleet.prometheus().query(expression);
  }
}
