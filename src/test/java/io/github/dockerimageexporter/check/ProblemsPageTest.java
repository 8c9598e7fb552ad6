package io.github.dockerimageexporter.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProblemsPageTest {
  private static final Pattern SECTION =
      Pattern.compile("^## ([a-z]+(?:_[a-z]+)+)$", Pattern.MULTILINE);

  @Test
  void everyKindHasItsSectionInTheOrderOfTheKinds() throws IOException {
    List<String> labels = Arrays.stream(Kind.values()).map(Kind::label).toList();
    List<String> sections =
        SECTION
            .matcher(Files.readString(Path.of("docs/problems.md")))
            .results()
            .map(section -> section.group(1))
            .toList();

    assertThat(sections).containsSubsequence(labels);
  }
}
