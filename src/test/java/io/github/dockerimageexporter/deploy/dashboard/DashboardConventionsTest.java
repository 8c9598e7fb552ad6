package io.github.dockerimageexporter.deploy.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.deploy.Dashboard;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The dashboards keep the rules of Grafana's dashboard-linter, and some more.
class DashboardConventionsTest {
  private static final String DOCUMENTATION =
      "https://github.com/docker-image-exporter/docker-image-exporter/blob/main/";
  private static final int COLUMNS = 24;

  /// Identifiers of value formats in `@grafana/data`.
  private static final Set<String> UNITS =
      Set.of(
          "none", "short", "bytes", "s", "ops", "opm", "percentunit", "string", "dateTimeFromNow");

  static List<Dashboard> dashboards() {
    return Dashboard.all();
  }

  static List<Dashboard.Panel> panels() {
    return Dashboard.allPanels();
  }

  static List<Dashboard.Query> queries() {
    return Dashboard.allQueries();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void hasItsIdentityAndCannotBeEditedInPlace(Dashboard dashboard) {
    JsonNode content = dashboard.content();
    String name = dashboard.toString().replace(".json", "");

    assertThat(content.get("uid").asText()).isEqualTo("docker-image-" + name);
    assertThat(content.get("title").asText()).isEqualTo("Docker images: " + name);
    assertThat(content.get("description").asText()).endsWith(".");
    assertThat(content.has("id")).isFalse();
    assertThat(content.get("editable").asBoolean()).isFalse();
    assertThat(content.has("__inputs")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void takesItsDataSourceFromAVariable(Dashboard dashboard) {
    List<JsonNode> variables = dashboard.variables("datasource");

    assertThat(variables).hasSize(1);
    assertThat(textOf(variables.getFirst(), "name", "label", "query"))
        .containsExactly("datasource", "Data source", "prometheus");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void choosesJobsAndInstances(Dashboard dashboard) {
    List<JsonNode> variables = dashboard.variables("query");

    assertThat(variables.stream().map(one -> one.get("name").asText()))
        .startsWith("job", "instance");
    assertThat(variables)
        .allSatisfy(
            variable -> {
              String name = variable.get("name").asText();
              assertThat(variable.get("label").asText())
                  .isEqualTo(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
              assertThat(variable.at("/datasource/uid").asText()).isEqualTo("${datasource}");
              assertThat(variable.get("multi").asBoolean()).isTrue();
              assertThat(variable.get("allValue").asText()).isEqualTo(".+");
              assertThat(variable.get("refresh").asInt()).as("on a change of time").isEqualTo(2);
              assertThat(variable.get("query").asText())
                  .matches("label_values\\(\\w+(\\{[^}]+})?, " + name + "\\)");
            });
  }

  @ParameterizedTest
  @MethodSource("panels")
  void panelSaysWhatItShows(Dashboard.Panel panel) {
    assertThat(panel.title()).isNotBlank();
    assertThat(panel.content().get("description").asText()).matches("(?s)[A-Z].+\\.");
    assertThat(panel.content().at("/datasource/uid").asText()).isEqualTo("${datasource}");
    assertThat(panel.queries()).isNotEmpty();
    assertThat(panel.queries())
        .allMatch(query -> query.content().at("/datasource/uid").asText().equals("${datasource}"));
  }

  @ParameterizedTest
  @MethodSource("panels")
  void everyUnitIsOneThatGrafanaKnows(Dashboard.Panel panel) {
    Stream<JsonNode> overrides =
        panel.content().at("/fieldConfig/overrides").findValues("properties").stream()
            .flatMap(JsonNode::valueStream)
            .filter(property -> property.get("id").asText().equals("unit"))
            .map(property -> property.get("value"));

    assertThat(
            Stream.concat(Stream.of(panel.content().at("/fieldConfig/defaults/unit")), overrides))
        .extracting(JsonNode::asText)
        .isSubsetOf(UNITS);
  }

  /// What is called the same in two panels looks the same.
  @Test
  void impactsAndOwnersHaveTheirColoursEverywhere() {
    Set<String> names = new HashSet<>();
    Arrays.stream(Impact.values()).forEach(impact -> names.add(impact.label()));
    Arrays.stream(Owner.values()).forEach(owner -> names.add(owner.label()));
    Map<String, Set<String>> colours = new HashMap<>();
    for (Dashboard.Panel panel : panels()) {
      for (JsonNode override : panel.content().at("/fieldConfig/overrides")) {
        String name = override.at("/matcher/options").asText();
        for (JsonNode property : override.get("properties")) {
          if (names.contains(name) && property.get("id").asText().equals("color")) {
            colours
                .computeIfAbsent(name, _ -> new TreeSet<>())
                .add(property.at("/value/fixedColor").asText());
          }
        }
      }
    }

    assertThat(colours.keySet()).isEqualTo(names);
    assertThat(colours.values()).allMatch(ofOne -> ofOne.size() == 1);
  }

  /// A row that only some of a table's queries know has cells without a value: what the table says
  /// when it is empty would be said there too.
  @ParameterizedTest
  @MethodSource("panels")
  void whatAnEmptyTableSaysStandsInNoCell(Dashboard.Panel panel) {
    JsonNode columns = panel.content().at("/transformations").findPath("renameByName");
    List<String> others =
        panel.queries().stream()
            .skip(1)
            .map(query -> columns.path("Value #" + query.content().get("refId").asText()).asText())
            .filter(name -> !name.isEmpty())
            .toList();
    String empty = panel.content().at("/fieldConfig/defaults/noValue").asText();

    if (panel.type().equals("table") && empty.contains(" ")) {
      assertThat(others).allSatisfy(name -> assertThat(panel.settings(name)).contains("noValue"));
    }
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsAndTheirQueriesHaveNamesOfTheirOwn(Dashboard dashboard) {
    assertThat(dashboard.content().get("panels").findValues("id"))
        .filteredOn(JsonNode::isInt)
        .doesNotHaveDuplicates();
    assertThat(dashboard.panels())
        .allSatisfy(
            panel ->
                assertThat(panel.queries().stream().map(query -> query.content().get("refId")))
                    .doesNotHaveDuplicates());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsLieBesideEachOther(Dashboard dashboard) {
    var taken = new HashSet<List<Integer>>();
    for (JsonNode panel : dashboard.content().get("panels")) {
      JsonNode place = panel.get("gridPos");
      int right = place.get("x").asInt() + place.get("w").asInt();
      assertThat(right).isLessThanOrEqualTo(COLUMNS);
      for (int x = place.get("x").asInt(); x < right; x++) {
        for (int y = 0; y < place.get("h").asInt(); y++) {
          assertThat(taken.add(List.of(x, place.get("y").asInt() + y)))
              .as(panel.get("title").asText())
              .isTrue();
        }
      }
    }
  }

  /// Every link leads to the other dashboard, to an exporter's own page, or into the documentation.
  @ParameterizedTest
  @MethodSource("dashboards")
  void linksLeadSomewhere(Dashboard dashboard) throws IOException {
    List<String> urls = dashboard.content().findValuesAsText("url");

    assertThat(urls)
        .anyMatch(url -> url.startsWith("/d/"))
        .anyMatch(url -> url.endsWith(":10210/"));
    for (String url : urls) {
      if (url.startsWith(DOCUMENTATION)) {
        String[] fileAndPlace = url.substring(DOCUMENTATION.length()).split("#", 2);
        assertThat(Path.of(fileAndPlace[0])).exists();
        if (fileAndPlace.length == 2 && !fileAndPlace[1].contains("$")) {
          assertThat(anchors(Path.of(fileAndPlace[0]))).contains(fileAndPlace[1]);
        }
      } else if (url.startsWith("/d/")) {
        assertThat(url).matches("/d/docker-image-(fleet/fleet|host/host)(\\?.*)?");
      } else {
        assertThat(url).matches("http://\\$\\{\\w+(\\.\\w+)*}:10210/");
      }
    }
  }

  private static List<String> anchors(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
        .toList();
  }

  private static List<String> textOf(JsonNode node, String... fields) {
    return Arrays.stream(fields).map(field -> node.get(field).asText()).toList();
  }
}
