package io.github.dockerimageexporter.release;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Links between the project's pages lead to a file that is there, and to a heading of it.
class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);
  private static final Pattern CODE =
      Pattern.compile("^```.*?^```$", Pattern.DOTALL | Pattern.MULTILINE);

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    var broken = new ArrayList<String>();
    for (Path page : pages()) {
      LINK.matcher(text(page))
          .results()
          .map(link -> link.group(1))
          .filter(link -> !link.contains("://") && !leadsSomewhere(page, link))
          .forEach(link -> broken.add(page + ": " + link));
    }

    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageIsReachedFromTheReadme() throws IOException {
    var linked = new TreeSet<Path>();
    LINK.matcher(text(Path.of("README.md")))
        .results()
        .map(link -> Path.of(link.group(1).replaceFirst("#.*", "")))
        .forEach(linked::add);

    assertThat(linked)
        .containsAll(pages().stream().filter(page -> page.startsWith("docs")).toList());
  }

  private static boolean leadsSomewhere(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
  }

  /// As GitHub makes them: lower case, without punctuation, hyphens for blanks.
  private static Set<String> anchors(Path page) {
    return HEADING
        .matcher(CODE.matcher(text(page)).replaceAll(""))
        .results()
        .map(DocumentLinksTest::anchor)
        .collect(toCollection(TreeSet::new));
  }

  private static String anchor(MatchResult heading) {
    return heading
        .group(1)
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N}_ -]", "")
        .replace(' ', '-');
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(Path.of(""));
        Stream<Path> docs = Files.list(Path.of("docs"))) {
      return Stream.concat(top, docs)
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  private static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
