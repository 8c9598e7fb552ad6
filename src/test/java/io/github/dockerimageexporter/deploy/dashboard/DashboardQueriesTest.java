package io.github.dockerimageexporter.deploy.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.deploy.Dashboard;
import io.github.dockerimageexporter.deploy.DeployFiles;
import io.github.dockerimageexporter.deploy.Selector;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the dashboards ask Prometheus.
class DashboardQueriesTest {
  private static final Pattern OVER_RANGE =
      Pattern.compile("\\b(rate|irate|increase)\\((\\w+)\\{[^}]*}\\[([^]]+)]\\)");
  private static final Pattern COUNTER = Pattern.compile("\\b\\w+_total\\b");
  private static final Map<String, String> ANY_VALUES =
      Map.of(
          "job", ".+",
          "instance", ".+",
          "driver", ".+",
          "__rate_interval", "5m",
          "__range", "1d",
          "__range_s", "86400");

  static List<Dashboard.Query> queries() {
    return Dashboard.allQueries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void everySelectorIsOfTheChosenJobsAndInstances(Dashboard.Query query) {
    List<Selector> selectors = Selector.in(query.expression());

    assertThat(selectors).isNotEmpty();
    assertThat(selectors)
        .allSatisfy(
            selector ->
                assertThat(selector.matchers())
                    .contains(
                        new Selector.Matcher("job", "=~", "$job"),
                        new Selector.Matcher("instance", "=~", "$instance")));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void countersAreRatesOverAnIntervalThatHoldsEnoughScrapes(Dashboard.Query query) {
    List<String> rated = new ArrayList<>();
    OVER_RANGE
        .matcher(query.expression())
        .results()
        .forEach(
            found -> {
              assertThat(found.group(3)).isEqualTo("$__rate_interval");
              rated.add(found.group(2));
            });

    assertThat(COUNTER.matcher(query.expression()).results().map(one -> one.group()))
        .isEqualTo(rated);
    assertThat(rated).allMatch(counter -> counter.endsWith("_total"));
  }

  /// promtool has no command that reads an expression, but it reads rules.
  @Requires(Requirement.PROMETHEUS)
  @Test
  void everyExpressionIsPromQl(@TempDir Path directory) throws IOException {
    List<Map<String, String>> rules =
        queries().stream()
            .map(query -> Dashboard.fillIn(query.expression(), ANY_VALUES))
            .distinct()
            .map(expression -> Map.of("record", "expression", "expr", expression))
            .toList();
    Path file = directory.resolve("rules.yaml");
    DeployFiles.write(
        file,
        new JsonMapper()
            .valueToTree(Map.of("groups", List.of(Map.of("name", "all", "rules", rules)))));

    assertThatCode(() -> Program.of("promtool", "check", "rules", file.toString()).run())
        .doesNotThrowAnyException();
  }
}
