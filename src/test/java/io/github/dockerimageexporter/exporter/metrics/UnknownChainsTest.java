package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.imageId;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.exporter.http.Statuses;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.page.PageQuery;
import io.github.dockerimageexporter.page.StatusPage;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.report.ReportDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What could not be read is unknown in every output: `null` in the report, "unknown" on the page,
/// absent in the metrics ([MetricFamiliesTest]).
class UnknownChainsTest {
  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void threeImages() {
    store.image("app", "base:100", "app:20");
    store.image("web", "base:100", "web:3");
    store.image("tool", "tool:7");
  }

  @Test
  void imageAboveALayerThatCannotBeReadIsNeitherConsistentNorNot() throws IOException {
    store.unreadable(chain("base", "app")).withoutContent(chain("tool"));

    assertThat(report())
        .isEqualTo(
            Map.of(
                imageId("app").toString(),
                "null",
                imageId("web").toString(),
                "true",
                imageId("tool").toString(),
                "false"));
    assertThat(page("app")).isEqualTo("unknown");
    assertThat(page("web")).isEqualTo("intact");
    assertThat(page("tool")).isEqualTo("unusable");
  }

  @Test
  void imageWhoseConfigurationCannotBeReadIsNeitherConsistentNorNot() throws IOException {
    store.reference("app:1", "app").unreadableImage("app");

    assertThat(report()).containsEntry(imageId("app").toString(), "null");
    assertThat(page("app")).isEqualTo("unknown");
  }

  /// Until the second scan, its problem is not told.
  @Test
  void imageWhoseConfigurationIsNotUnderstoodIsNotCalledConsistent() {
    var seen = store.invalidImage("bad").observe();

    assertThat(Checking.observe(seen.store(), List.of()).consistency().of(imageId("bad")))
        .isEqualTo(Consistency.UNKNOWN);
  }

  @Test
  void layersAboveOneThatCannotBeReadAreUnknownOnThePage() {
    store.unreadable(chain("base"));

    assertThat(state(chain("base", "app").toString())).isEqualTo("unknown");
  }

  private Map<String, String> report() throws IOException {
    var bytes = new ByteArrayOutputStream();
    ReportDocument.of(store.observation()).writeTo(bytes);
    JsonNode images = new JsonMapper().readTree(bytes.toByteArray()).at("/stores/0/images");
    return images
        .valueStream()
        .collect(
            toMap(
                image -> image.get("id").asText(),
                image -> image.get("consistent").toString(),
                (one, _) -> one,
                TreeMap::new));
  }

  private String page(String image) {
    return state(imageId(image).toString());
  }

  /// What the row of `anchor` says of its chain.
  private String state(String anchor) {
    return Pattern.compile(
            "<tr id=\"%s\">.*?class=\"pill [a-z-_]+\">(.*?)</span>"
                .formatted(Pattern.quote(anchor)))
        .matcher(text())
        .results()
        .findFirst()
        .map(found -> found.group(1))
        .orElse("no row");
  }

  private String text() {
    var text = new StringBuilder();
    new StatusPage(
            new StatusPage.About(
                "1.2.3", "abc123", "/metrics", "host-1", new PlanCommand(List.of())))
        .write(Optional.of(store.observation()), Statuses.good(), PageQuery.NONE, text);
    return text.toString();
  }
}
