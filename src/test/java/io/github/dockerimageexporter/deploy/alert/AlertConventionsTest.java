package io.github.dockerimageexporter.deploy.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.deploy.DeployFiles;
import io.github.dockerimageexporter.deploy.Selector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The alerts keep to the conventions of monitoring mixins, and leave no kind of problem out.
class AlertConventionsTest {
  private static final String REPOSITORY =
      "https://github.com/docker-image-exporter/docker-image-exporter/blob/main/";
  private static final String IN_USE =
      " unless on (job, instance, driver, containerd_namespace) docker_store_active == 0";

  /// What stops the daemon, fails for the whole host, or fails for a container. What is unusable
  /// behind an image pages by the image.
  private static final Set<Kind> PAGED =
      EnumSet.of(
          Kind.REFERENCES_INVALID,
          Kind.LAYER_PARENT_CYCLE,
          Kind.STORE_DATABASE_INVALID,
          Kind.DRIVER_DIRECTORY_EMPTY,
          Kind.MOUNT_INVALID,
          Kind.CONTAINER_MOUNT_MISSING,
          Kind.CONTAINER_LEASE_MISSING);

  private static final Path OPERATIONS = Path.of("docs/operations.md");

  static List<JsonNode> alerts() {
    return DeployFiles.alerts();
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void nameIsShortCamelCaseWithTheSharedFirstWords(JsonNode alert) {
    assertThat(name(alert)).matches("DockerImage([A-Z][a-z]+)+").hasSizeLessThanOrEqualTo(40);
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void waitsAndIsOfAKnownSeverity(JsonNode alert) {
    assertThat(alert.at("/for").asText()).matches("[1-9]\\d*[mh]");
    assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning", "info");
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void summaryIsASentenceWithoutTemplates(JsonNode alert) {
    assertThat(alert.at("/annotations/summary").asText())
        .matches("[A-Z][^.]+\\.")
        .doesNotContain("{{");
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void descriptionIsFilledInWithWhatIsConcerned(JsonNode alert) {
    assertThat(alert.at("/annotations/description").asText())
        .contains("$labels.")
        .matches("(?s).+(\\.|\\{\\{ end }})");
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void runbookIsAPlaceOfTheDocumentation(JsonNode alert) throws IOException {
    String url = alert.at("/annotations/runbook_url").asText();
    assertThat(url).startsWith(REPOSITORY + "docs/");
    String place = url.substring(REPOSITORY.length());

    if (place.startsWith(OPERATIONS + "#")) {
      assertThat(place).isEqualTo(OPERATIONS + "#" + name(alert).toLowerCase(Locale.ROOT));
      assertThat(Files.readAllLines(OPERATIONS)).contains("### " + name(alert));
    } else {
      // Each kind has a section of its name.
      assertThat(place)
          .isIn(
              Stream.concat(
                      Stream.of("{{ $labels.problem }}"),
                      Arrays.stream(Kind.values()).map(Kind::label))
                  .map(section -> "docs/problems.md#" + section)
                  .toList());
    }
  }

  @Test
  void groupsAreSmallAndNamed() {
    assertThat(DeployFiles.read("prometheus/alerts.yaml").get("groups").valueStream())
        .allSatisfy(
            group -> {
              assertThat(group.get("name").asText()).hasSizeLessThanOrEqualTo(40);
              assertThat(group.get("rules")).hasSizeLessThanOrEqualTo(20);
            });
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKindOfProblemIsInOneAlert(Kind kind) {
    assertThat(
            alerts().stream()
                .filter(alert -> concerns(alert, kind))
                .map(AlertConventionsTest::name))
        .hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void severityOfAKindIsThatOfItsImpactUnlessTheHostIsDown(Kind kind) {
    String severity =
        switch (kind.impact()) {
          case UNUSABLE -> PAGED.contains(kind) ? "critical" : "warning";
          case WRONG_DATA -> "warning";
          case WASTE -> "info";
        };

    assertThat(
            alerts().stream()
                .filter(alert -> concerns(alert, kind))
                .map(alert -> alert.at("/labels/severity").asText()))
        .containsExactly(severity);
  }

  @ParameterizedTest
  @MethodSource("alerts")
  void alertAboutAStoreIsSilentIfDockerdDoesNotUseIt(JsonNode alert) {
    String expression = alert.get("expr").asText();
    boolean ofStore =
        Selector.in(expression).stream()
            .map(Selector::metric)
            .anyMatch(metric -> metric.matches("docker_(store|image|layer)_(?!exporter_).*"));

    assertThat(expression.endsWith(IN_USE)).isEqualTo(ofStore);
  }

  /// Alerts that only mute others, or are muted, exist.
  @Test
  void inhibitionNamesAlertsThatExist() {
    Set<String> names =
        alerts().stream().map(AlertConventionsTest::name).collect(Collectors.toSet());
    List<String> patterns =
        DeployFiles.read("alertmanager/alertmanager.yaml")
            .get("inhibit_rules")
            .valueStream()
            .flatMap(rule -> Stream.of("source_matchers", "target_matchers").map(rule::get))
            .flatMap(JsonNode::valueStream)
            .map(JsonNode::asText)
            .filter(matcher -> matcher.startsWith("alertname"))
            .map(matcher -> matcher.replaceFirst("alertname =~? ", "").replace("\"", ""))
            .flatMap(AlertConventionsTest::alternatives)
            .toList();

    assertThat(patterns).hasSizeGreaterThan(10).isSubsetOf(names);
  }

  /// `a(b|c)` is `ab` and `ac`.
  private static Stream<String> alternatives(String pattern) {
    int open = pattern.indexOf('(');
    if (open < 0) {
      return Stream.of(pattern);
    }
    String[] choices = pattern.substring(open + 1, pattern.indexOf(')')).split("\\|", -1);
    return Arrays.stream(choices).map(choice -> pattern.substring(0, open) + choice);
  }

  /// Where dockerd is the one who uses the store.
  private static boolean concerns(JsonNode alert, Kind kind) {
    return Selector.in(alert.get("expr").asText()).stream()
        .filter(selector -> selector.metric().equals("docker_store_problems"))
        .anyMatch(
            selector ->
                selector.accepts("problem", kind.label())
                    && selector.accepts("containerd_namespace", "moby")
                    && selector.accepts("impact", kind.impact().label()));
  }

  private static String name(JsonNode alert) {
    return alert.get("alert").asText();
  }
}
