package io.github.dockerimageexporter.cli.command;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// The README's tables are those of the program; `-Dgolden.rewrite=true` writes them anew.
class ReadmeTest {
  private static final Path README = Path.of("README.md");

  @Test
  void listsTheFlagsOfServe() throws IOException {
    assertSection("flags", flags());
  }

  @Test
  void listsTheMetrics() throws IOException {
    assertSection(
        "metrics", Files.readString(Path.of("src/test/resources/golden/metric-table.md")));
  }

  private static String flags() {
    CommandLine serve = new CommandLine(new ServeCommand());
    Stream<String> rows = serve.getCommandSpec().options().stream().map(ReadmeTest::row);
    return "| flag | default | meaning |\n|---|---|---|\n" + rows.collect(joining());
  }

  private static String row(OptionSpec flag) {
    String description = String.join(" ", flag.description());
    return "| `%s` | %s | %s |\n"
        .formatted(
            flag.negatable() ? flag.longestName().replace("--", "--[no-]") : flag.longestName(),
            defaultOf(flag),
            description.replaceAll(" Default: .*", "").replace("<", "&lt;"));
  }

  private static String defaultOf(OptionSpec flag) {
    if (flag.negatable()) {
      return Objects.equals(flag.defaultValue(), "true") ? "`on`" : "`off`";
    }
    return flag.defaultValue() == null ? "none" : "`" + flag.defaultValue() + "`";
  }

  private static void assertSection(String name, String expected) throws IOException {
    String begin = "<!-- %s -->\n".formatted(name);
    String end = "<!-- /%s -->".formatted(name);
    String text = Files.readString(README);
    assertThat(List.of(begin, end)).allMatch(text::contains);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    if (Boolean.getBoolean("golden.rewrite")) {
      text = text.substring(0, from) + expected + text.substring(to);
      Files.writeString(README, text);
      to = from + expected.length();
    }
    assertThat(text.substring(from, to)).isEqualTo(expected);
  }
}
