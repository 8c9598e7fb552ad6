package io.github.dockerimageexporter.exporter.http;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.report.ReportDocument;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holds docs/api.md against what is served.
class ApiPageTest {
  private static final Pattern FIELD =
      Pattern.compile("^\\| `([a-zA-Z.\\[\\]]+)` \\| ([a-z, ]+) \\|", Pattern.MULTILINE);

  private static final Pattern EXAMPLE = Pattern.compile("```json (.*?) ```");
  @TempDir Path dataRoot;

  @Test
  void everyFieldOfTheReportIsInTheTableWithItsTypes() throws IOException, InterruptedException {
    var types = new TreeMap<String, Set<String>>();
    collect("", reportOfEverything(), types);
    collect("", reportOfContainerd(), types);
    collect("", reportOfNothing(), types);

    var documented = new TreeMap<String, String>();
    FIELD
        .matcher(Files.readString(Path.of("docs/api.md")))
        .results()
        .forEach(field -> documented.put(field.group(1), field.group(2)));

    assertThat(documented).isEqualTo(joined(types));
  }

  @Test
  void theExampleGivesTheAdviceOfItsKind() throws IOException {
    String page = Files.readString(Path.of("docs/api.md")).replace('\n', ' ');
    Matcher example = EXAMPLE.matcher(page);

    assertThat(example.find()).isTrue();
    JsonNode problem = new JsonMapper().readTree(example.group(1)).at("/stores/0/problems/0");
    assertThat(problem.get("advice").asText())
        .isEqualTo(
            Explanation.advice(
                Kind.LAYER_DIRECTORY_MISSING, new Report(List.of(), Set.of(), Set.of(), Map.of())));
    assertThat(problem.get("problem").asText()).isEqualTo("layer_directory_missing");
  }

  /// What does not apply to one image or problem applies to another.
  private static JsonNode reportOfEverything() throws IOException {
    var store = new StoreFixture();
    store.image("app", "base:100", "app:20");
    store.image("other", "other:7");
    store.image("closed", "closed:1");
    store.unreadableImage("closed");
    store.reference("app:1", "app").invalidImage("bad");
    store.withoutContent(chain("base"));
    var unknown = new StoreFixture("vfs").use(StoreUse.UNKNOWN).unknown(StorePart.LAYERS);
    Observation seen = StoreFixture.observation(store, unknown);
    return report(
        new Observation(
            seen.dataRoot(),
            seen.state(),
            seen.detail(),
            seen.checkedAt(),
            seen.stores().stream().map(ApiPageTest::scrubbed).toList(),
            Map.of("image/notes", "not a directory")));
  }

  private static ObservedStore scrubbed(ObservedStore store) {
    return store.withScrub(
        new ScrubState(
            List.of(tally(Optional.empty()), tally(Optional.of(StoreFixture.NOON))),
            Optional.empty()));
  }

  private static ScrubTally tally(Optional<Instant> completed) {
    Map<String, List<ChainId>> unverifiable = Map.of("a reason", List.of(chain("base")));
    return new ScrubTally(Depth.CONTENT, 1, 2, 3, 4, unverifiable, 5, completed);
  }

  /// Of a store whose sizes are unknown once they are measured.
  private JsonNode reportOfContainerd() throws IOException, InterruptedException {
    ContainerdSample.in(dataRoot).grow();
    return report(
        new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scanAndMeasure(1));
  }

  private static JsonNode reportOfNothing() throws IOException {
    return report(
        new Observation(
            StoreFixture.DATA_ROOT,
            DataRootState.MISSING,
            "no such directory",
            StoreFixture.NOON,
            List.of(),
            Map.of()));
  }

  private static JsonNode report(Observation seen) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ReportDocument.of(seen).writeTo(bytes);
    return new JsonMapper().readTree(bytes.toByteArray());
  }

  private static void collect(String path, JsonNode node, Map<String, Set<String>> types) {
    if (node.isObject()) {
      String prefix = path.isEmpty() ? "" : path + ".";
      node.properties().forEach(it -> collect(prefix + it.getKey(), it.getValue(), types));
    } else if (node.isArray()) {
      node.forEach(it -> collect(path + "[]", it, types));
    } else {
      String type = node.getNodeType().name().toLowerCase(Locale.ROOT);
      types.computeIfAbsent(path, _ -> new TreeSet<>()).add(type);
    }
  }

  private static Map<String, String> joined(Map<String, Set<String>> types) {
    var joined = new TreeMap<String, String>();
    types.forEach(
        (path, all) ->
            joined.put(
                path,
                all.stream().sorted(Comparator.comparing("null"::equals)).collect(joining(", "))));
    return joined;
  }
}
