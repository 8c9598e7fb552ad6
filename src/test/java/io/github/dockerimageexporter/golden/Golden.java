package io.github.dockerimageexporter.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares a whole output with a committed file, or with a section of a page.
///
/// `mvn test -Dgolden.rewrite=true` writes the files anew; read the difference before you commit.
public final class Golden {
  /// Whether the committed files are to become what is compared with them.
  public static final boolean REWRITE = Boolean.getBoolean("golden.rewrite");

  private static final Path DIRECTORY = Path.of("src/test/resources/golden");

  private Golden() {}

  public static void assertMatches(String actual, String name) throws IOException {
    Path file = DIRECTORY.resolve(name);
    if (REWRITE) {
      Files.createDirectories(DIRECTORY);
      Files.writeString(file, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(file));
  }

  /// What `page` has between the comments `<!-- name -->` and `<!-- /name -->`.
  public static String section(Path page, String name) throws IOException {
    String text = Files.readString(page);
    assertThat(text).contains(begin(name), end(name));
    return text.substring(
        text.indexOf(begin(name)) + begin(name).length(), text.indexOf(end(name)));
  }

  /// Compares with a [#section] of `page`.
  public static void assertSection(String actual, Path page, String name) throws IOException {
    String section = section(page, name);
    if (REWRITE) {
      Files.writeString(
          page, Files.readString(page).replace(begin(name) + section, begin(name) + actual));
      return;
    }
    assertThat(section).isEqualTo(actual);
  }

  private static String begin(String name) {
    return "<!-- %s -->\n".formatted(name);
  }

  private static String end(String name) {
    return "<!-- /%s -->".formatted(name);
  }
}
