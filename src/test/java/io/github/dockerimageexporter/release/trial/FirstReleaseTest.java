package io.github.dockerimageexporter.release.trial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Flags, defaults and metrics of 0.1.0 are still what they were.
class FirstReleaseTest {
  /// The texts that are compared with what the program prints.
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static final Pattern FLAG = Pattern.compile("(?ms)^ +(--\\S+)(.*?)(?=^ +-|^$|\\z)");

  private static final Pattern DEFAULT = Pattern.compile("Default: (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)\\{(.*)} \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");

  @ParameterizedTest
  @ValueSource(strings = {"serve", "check", "inspect", "chain-id", "demo", "healthcheck"})
  void everyFlagOfACommandIsThereWithItsDefault(String command) throws IOException {
    String help = "help-%s.txt".formatted(command);

    assertThat(flags(Files.readString(GOLDEN.resolve(help))))
        .containsAllEntriesOf(flags(FirstRelease.text(help)));
  }

  @Test
  void everyFamilyIsThereWithItsType() throws IOException {
    List<String> before = types(FirstRelease.text("exposition.txt"));

    assertThat(before).hasSize(35);
    assertThat(types(golden())).containsAll(before);
  }

  @Test
  void everySeriesHasTheLabelsThatItHad() throws IOException {
    assertThat(labels(golden())).containsAll(labels(FirstRelease.text("exposition.txt")));
  }

  private static String golden() throws IOException {
    return Files.readString(GOLDEN.resolve("exposition.txt"));
  }

  /// The first word of the default of each flag, empty if it has none.
  private static Map<String, String> flags(String help) {
    return FLAG.matcher(help)
        .results()
        .collect(Collectors.toMap(flag -> flag.group(1), flag -> defaultIn(flag.group(2))));
  }

  private static String defaultIn(String text) {
    Matcher found = DEFAULT.matcher(text.replaceAll("\\s+", " ").strip());
    return found.find() ? found.group(1) : "";
  }

  private static List<String> types(String exposition) {
    return exposition.lines().filter(line -> line.startsWith("# TYPE ")).toList();
  }

  /// The names of metrics, each with those of its labels.
  private static List<String> labels(String exposition) {
    return SAMPLE
        .matcher(exposition)
        .results()
        .map(sample -> sample.group(1) + Arrays.toString(labelsOf(sample)))
        .distinct()
        .toList();
  }

  private static String[] labelsOf(MatchResult sample) {
    return LABEL
        .matcher(sample.group(2))
        .results()
        .map(label -> label.group(1))
        .toArray(String[]::new);
  }
}
