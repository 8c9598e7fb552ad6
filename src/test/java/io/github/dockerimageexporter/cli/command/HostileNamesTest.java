package io.github.dockerimageexporter.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.golden.SampleRoot;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names of a store, and arguments, that would turn lines, clear a terminal or hide from a reader.
class HostileNamesTest {
  private static final String HOSTILE =
      "a\u001b[31m\u007f\u0085\u009b2J\u202e\u2066\u061c\u200e\u2028\u2029\u00ad\ufeff\\n\n"
          + "\udb40\udc41";
  private static final String SHOWN =
      "a\\u001b[31m\\u007f\\u0085\\u009b2J\\u202e\\u2066\\u061c\\u200e\\u2028\\u2029\\u00ad\\ufeff"
          + "\\\\n\\n\\udb40\\udc41";

  /// Everything that is not to reach a terminal, but for the ends of lines.
  private static final String UNFIT = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Co}\\p{Cn}&&[^\n]]";

  @TempDir private Path directory;
  private SampleStore store;

  @BeforeEach
  void nameThings() throws IOException {
    store = SampleRoot.healthy(directory.resolve(HOSTILE));
    ImageId image = store.image(HOSTILE + ":1", "base", "hostile");
    store.container(HOSTILE, image);
    Path layer = store.layer(SampleStore.chainId("base", "hostile"));
    Files.writeString(layer.resolve("diff"), HOSTILE);
    Files.createFile(dataRoot().resolve(store.layout().imageConfigs()).resolve(HOSTILE));
    Files.createFile(dataRoot().resolve(store.layout().driverHome()).resolve("l").resolve(HOSTILE));
  }

  @Test
  void theTableOfCheckShowsThemEscaped() {
    Outcome check = run("check", "--check.grace=0s");

    assertThat(check.out().lines())
        .contains(directory + "/" + SHOWN + ": graphdriver")
        .contains("    where:    image/overlay2/imagedb/content/sha256/" + SHOWN)
        .contains("    where:    overlay2/l/" + SHOWN)
        .contains("    affects:  " + SHOWN + ":1")
        .anyMatch(line -> line.endsWith("found \"" + SHOWN + "\""));
    assertThat(check.out() + check.err()).doesNotContainPattern(UNFIT);
  }

  @Test
  void theJsonOfCheckKeepsThemExactly() throws IOException {
    Outcome check = run("check", "--format=json", "--check.grace=0s");

    assertThat(check.out()).doesNotContainPattern(UNFIT);
    JsonNode report = new JsonMapper().readTree(check.out());
    assertThat(report.get("dataRoot").textValue()).isEqualTo(dataRoot().toString());
    assertThat(report.findValues("references").toString()).isNotEmpty();
    assertThat(texts(report.findValues("references"))).contains(HOSTILE + ":1");
    assertThat(report.findValues("path").stream().map(JsonNode::textValue))
        .contains("image/overlay2/imagedb/content/sha256/" + HOSTILE);
    assertThat(report.findValues("message").stream().map(JsonNode::textValue))
        .anyMatch(message -> message.endsWith("found \"" + SHOWN + "\""))
        .noneMatch(message -> message.matches("(?s).*" + UNFIT + ".*"));
  }

  @Test
  void inspectShowsThemEscapedAndKeepsThemInJson() throws IOException {
    Outcome table = run("inspect", HOSTILE + ":1");
    Outcome json = run("inspect", HOSTILE + ":1", "--format=json");

    assertThat(table.out().lines()).contains("references: " + SHOWN + ":1");
    assertThat(table.out() + json.out()).doesNotContainPattern(UNFIT);
    assertThat(new JsonMapper().readTree(json.out()).get("references").get(0).textValue())
        .isEqualTo(HOSTILE + ":1");
  }

  @Test
  void anErrorShowsThemEscaped() {
    assertThat(run("inspect", HOSTILE + ":2").err())
        .isEqualTo(
            "docker-image-exporter: %1$s:2: no such image in %2$s/%1$s; did you mean %1$s:1?%n"
                .formatted(SHOWN, directory));
  }

  /// One for each message that the command line's library makes of an argument.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HOSTILE",
        "--HOSTILE",
        "check --HOSTILE",
        "check --format=HOSTILE",
        "check --usage=HOSTILE",
        "check --check.grace=HOSTILE",
        "check --usage.threads=HOSTILE",
        "check HOSTILE",
        "serve --web.listen-address=HOSTILE",
        "serve --web.listen-address=HOSTILE:1",
        "serve --web.config.file=HOSTILE",
        "serve --web.telemetry-path=HOSTILE",
        "healthcheck --url=HOSTILE",
        "healthcheck --ca.file=HOSTILE --url=https://127.0.0.1:1/",
        "chain-id HOSTILE",
        "explain HOSTILE",
        "help HOSTILE",
        "completion HOSTILE",
        "inspect app:1 HOSTILE"
      })
  void anArgumentThatIsRefusedIsShownEscapedOnOneLine(String arguments) {
    String[] split = arguments.split(" ", -1);
    Outcome outcome =
        Outcome.run(
            Stream.of(split).map(it -> it.replace("HOSTILE", HOSTILE)).toArray(String[]::new));

    assertThat(outcome.status()).isNotZero();
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("docker-image-exporter: ")
        .contains("\\u001b[31m")
        .endsWith("\n")
        .hasLineCount(1)
        .doesNotContainPattern(UNFIT);
  }

  private Path dataRoot() {
    return directory.resolve(HOSTILE);
  }

  private Outcome run(String... arguments) {
    var flags = List.of("--docker.root=" + dataRoot(), "--check.settle=50ms");
    return Outcome.run(Stream.concat(Stream.of(arguments), flags.stream()).toArray(String[]::new));
  }

  private static Stream<String> texts(List<JsonNode> lists) {
    return lists.stream().flatMap(JsonNode::valueStream).map(JsonNode::textValue);
  }
}
