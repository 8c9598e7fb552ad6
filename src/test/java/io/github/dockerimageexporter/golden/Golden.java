package io.github.dockerimageexporter.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares a whole output with a committed file, or with a section of a page.
///
/// `mvn test -Dgolden.rewrite=true` writes the files anew; read the difference before you commit.
public final class Golden {
  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  private Golden() {}

  public static void assertMatches(String actual, String name) throws IOException {
    Path file = DIRECTORY.resolve(name);
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.createDirectories(DIRECTORY);
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }

  /// Compares with what `page` has between the comments `<!-- name -->` and `<!-- /name -->`.
  public static void assertSection(String actual, Path page, String name) throws IOException {
    String text = Files.readString(page);
    String begin = "<!-- %s -->\n".formatted(name);
    String end = "<!-- /%s -->".formatted(name);
    assertThat(text).contains(begin, end);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf(end);
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.writeString(page, text.substring(0, from) + actual + text.substring(to));
      return;
    }
    assertThat(text.substring(from, to)).isEqualTo(actual);
  }
}
