package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.exporter.http.Statuses;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.page.PageQuery;
import io.github.dockerimageexporter.page.StatusPage;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.report.ReportDocument;
import io.github.dockerimageexporter.snapshot.StorePart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Metrics, report and page tell the same counts of the same store.
class SameFiguresTest {
  private static final Pattern TILE =
      Pattern.compile("<p class=\"title\">(\\w+)</p><p class=\"figure\">([^<]+)</p>");
  private static final Pattern INTERMEDIATE = Pattern.compile(">intermediate</span>");
  private static final Pattern DAMAGED = Pattern.compile("class=\"pill (unusable|wrong_data)\">");

  /// A store of two images with containers and sizes, and what is done to it.
  @SuppressWarnings("ImmutableEnumChecker") // The changes keep nothing that could change.
  enum Kind {
    HEALTHY(_ -> {}),
    DAMAGED(store -> store.withoutContent(chain("base", "app")).invalidImage("bad")),
    UNREADABLE_LAYER(store -> store.unreadable(chain("base", "app"))),
    UNREADABLE_IMAGE(store -> store.unreadableImage("web")),
    UNLISTED_LAYERS(store -> store.unknown(StorePart.LAYERS)),
    UNLISTED_IMAGES(store -> store.unknown(StorePart.IMAGES)),
    INTERMEDIATES(
        store -> {
          store.child("step", "app", "base:100", "app:20", "step:1");
          store.child("built", "step", "base:100", "app:20", "step:1", "built:1");
          store.reference("built:1", "built");
        }),
    DANGLING(store -> store.image("loose", "loose:7"));

    @SuppressWarnings("ImmutableEnumChecker") // functions that keep nothing
    private final Consumer<StoreFixture> change;

    Kind(Consumer<StoreFixture> change) {
      this.change = change;
    }

    Observation observation() {
      var store = new StoreFixture();
      store.image("app", "base:100", "app:20");
      store.image("web", "base:100", "web:3");
      store.reference("app:1", "app").reference("web:1", "web").container("c1", "web");
      change.accept(store);
      return store.observation();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyOutputTellsTheSameCounts(Kind kind) throws IOException {
    Observation seen = kind.observation();

    assertThat(report(seen)).isEqualTo(metrics(seen));
    assertThat(page(seen)).isEqualTo(metrics(seen));
  }

  private static Map<String, String> metrics(Observation seen) throws IOException {
    var counts = new TreeMap<String, String>();
    counts.put("images", value("docker_store_images", seen));
    counts.put("layers", value("docker_store_layers", seen));
    counts.put("unreadable", value("docker_store_unreadable_paths", seen));
    counts.put(
        "problems",
        Long.toString(
            Expositions.series("docker_store_problems", seen)
                .lines()
                .mapToLong(
                    line -> (long) Double.parseDouble(line.substring(line.indexOf("} ") + 2)))
                .sum()));
    counts.put(
        "damaged",
        Long.toString(
            Expositions.series("docker_image_chain_consistent", seen)
                .lines()
                .filter(line -> line.endsWith(" 0.0"))
                .count()));
    return counts;
  }

  private static String value(String family, Observation seen) throws IOException {
    String series = Expositions.series(family, seen);
    return series.isEmpty()
        ? "?"
        : Long.toString((long) Double.parseDouble(series.substring(series.indexOf("} ") + 2)));
  }

  private static Map<String, String> report(Observation seen) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ReportDocument.of(seen).writeTo(bytes);
    JsonNode store = new JsonMapper().readTree(bytes.toByteArray()).at("/stores/0");
    var counts = new TreeMap<String, String>();
    boolean listed = seen.stores().getFirst().store().knows(StorePart.IMAGES);
    counts.put("images", listed ? Integer.toString(store.get("images").size()) : "?");
    counts.put("layers", store.get("layers").isNull() ? "?" : store.get("layers").asText());
    counts.put("unreadable", store.get("unreadable").asText());
    counts.put("problems", Integer.toString(store.get("problems").size()));
    counts.put(
        "damaged",
        Long.toString(
            store
                .get("images")
                .valueStream()
                .filter(image -> image.get("consistent").toString().equals("false"))
                .count()));
    return counts;
  }

  private static Map<String, String> page(Observation seen) {
    var text = new StringBuilder();
    new StatusPage(
            new StatusPage.About(
                "1.2.3", "abc123", "/metrics", "host-1", new PlanCommand(List.of())))
        .write(Optional.of(seen), Statuses.good(), PageQuery.NONE, text);
    Map<String, String> tiles = new TreeMap<>();
    TILE.matcher(text).results().forEach(tile -> tiles.put(tile.group(1), tile.group(2)));
    String images = text.substring(text.indexOf("id=\"images\""), text.indexOf("id=\"space\""));
    var counts = new TreeMap<String, String>();
    counts.put(
        "images",
        sum(tiles.getOrDefault("Images", ""), INTERMEDIATE.matcher(images).results().count()));
    counts.put("layers", tiles.getOrDefault("Layers", ""));
    counts.put("unreadable", unreadable(text.toString()));
    counts.put("problems", tiles.getOrDefault("Problems", ""));
    counts.put("damaged", Long.toString(DAMAGED.matcher(images).results().count()));
    return counts;
  }

  private static String sum(String figure, long more) {
    return figure.equals("?") ? figure : Long.toString(Long.parseLong(figure) + more);
  }

  /// One path has no count beside its heading.
  private static String unreadable(String page) {
    return Pattern.compile("<h3>Not readable(?:<span class=\"count\">× ([0-9]+)</span>)?</h3>")
        .matcher(page)
        .results()
        .findFirst()
        .map((MatchResult found) -> Optional.ofNullable(found.group(1)).orElse("1"))
        .orElse("0");
  }
}
