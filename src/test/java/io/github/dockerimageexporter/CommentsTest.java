package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CommentsTest {
  private static final String DOCUMENTATION = "///";
  private static final String OTHER = "//";

  /// The formatter takes the rest of a longer line for a comment of another kind.
  @Test
  void noLineOfACommentWasTooLong() throws IOException {
    var broken = new ArrayList<String>();
    for (Path file : sources()) {
      List<String> lines = Files.readAllLines(file).stream().map(String::strip).toList();
      for (int i = 1; i < lines.size(); i++) {
        if (lines.get(i - 1).startsWith(DOCUMENTATION)
            && lines.get(i).startsWith(OTHER)
            && !lines.get(i).startsWith(DOCUMENTATION)) {
          broken.add(file + ":" + (i + 1));
        }
      }
    }

    assertThat(broken).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }
}
