package io.github.dockerimageexporter.cli.command;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class ReadmeTest {
  private static final Path README = Path.of("README.md");

  @Test
  void listsTheFlagsOfServe() throws IOException {
    Golden.assertSection(flags(), README, "flags");
  }

  @Test
  void isReadInFiveMinutes() throws IOException {
    assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(200);
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
            defaultOf(flag, description),
            description.replaceAll(" Default: .*", "").replace("<", "&lt;"));
  }

  private static String defaultOf(OptionSpec flag, String description) {
    if (flag.negatable()) {
      return Objects.equals(flag.defaultValue(), "true") ? "`on`" : "`off`";
    }
    return flag.defaultValue() == null
        ? description.replaceFirst(".* Default: ", "")
        : "`" + flag.defaultValue() + "`";
  }
}
