package io.github.dockerimageexporter.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainCommandTest {
  private static final int WIDTH = 80;
  private static final Pattern REFERENCE = Pattern.compile("\\(explain\\s+([a-z_-]+)\\)");

  @Test
  void withoutAnArgumentAllAreListedInAsManyColumnsAsHelpHas() {
    String list = run().out();

    assertThat(list)
        .startsWith("PROBLEM ")
        .endsWith(
            """

            For details: docker-image-exporter explain PROBLEM
            Before and during a repair:
              docker-image-exporter explain repair
              docker-image-exporter explain a-store-in-containerd
              docker-image-exporter explain rootless-docker
            """);
    assertThat(list.lines()).allMatch(line -> line.length() <= ExporterCommand.HELP_WIDTH);
    for (Kind kind : Kind.values()) {
      assertThat(list)
          .containsPattern("\n%s +%s +[^ ]".formatted(kind.label(), kind.impact().label()));
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKindIsExplainedWithItsImpactAndWhatToDo(Kind kind) {
    assertThat(explained(kind.label()))
        .startsWith("%s (%s)\n\nMeans:   ".formatted(kind.label(), kind.impact().label()))
        .contains("\nDocker:  ", "\nDo:      ", "\nCosts:   ")
        .doesNotContain("**", "](");
    assertThat(explained(kind.label()).lines().filter(line -> !line.startsWith("    ")))
        .allMatch(line -> line.length() <= WIDTH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LAYER_MISSING", "Layer_Missing", "REPAIR"})
  void capitalsMakeNoDifference(String topic) {
    assertThat(explained(topic)).isEqualTo(explained(topic.toLowerCase(Locale.ROOT)));
  }

  @Test
  void whateverATextRefersToCanBeExplained() {
    List<String> referred =
        Arrays.stream(Kind.values())
            .map(kind -> explained(kind.label()))
            .flatMap(text -> REFERENCE.matcher(text).results().map(match -> match.group(1)))
            .distinct()
            .toList();

    assertThat(referred)
        .isNotEmpty()
        .allSatisfy(topic -> assertThat(explained(topic)).isNotEmpty());
  }

  /// The document is read on the web too, where the texts in front of a heading are links.
  @Test
  void everyAnchorInTheDocumentIsOfASection() throws IOException {
    String document = Files.readString(Path.of("docs/problems.md"));

    assertThat(Pattern.compile("\\]\\(#([^)]*)\\)").matcher(document).results())
        .map((MatchResult link) -> link.group(1))
        .allSatisfy(topic -> assertThat(run(topic).status()).isZero());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyAdviceNamesTheCommandThatExplains(Kind kind) {
    assertThat(Explanation.advice(kind, new Report(List.of(), Set.of(), Set.of(), Map.of())))
        .endsWith("; see: docker-image-exporter explain " + kind.label());
  }

  @Test
  void anUnknownProblemIsOneLineWithTheNearest() {
    assertThat(run("layer_mising"))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "docker-image-exporter: layer_mising: no such problem; did you mean"
                    + " layer_missing?\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing-of-the-kind", "../problems", ""})
  void whatIsLikeNoProblemIsOneLine(String topic) {
    assertThat(run(topic))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "docker-image-exporter: %s: no such problem; without an argument explain lists all%n"
                    .formatted(topic)));
  }

  private static String explained(String topic) {
    Outcome outcome = run(topic);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    return outcome.out();
  }

  private static Outcome run(String... topic) {
    String[] arguments = new String[topic.length + 1];
    arguments[0] = "explain";
    System.arraycopy(topic, 0, arguments, 1, topic.length);
    return Outcome.run(Map.of(), arguments);
  }
}
