package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathHashTest {
  @ParameterizedTest
  @ValueSource(strings = {"a", "seventy", "eighteen", "nineteen9", "etc/passwd", "a/bc/12345678/d"})
  void aPathIsItsNamesOneAfterTheOther(String path) {
    long sum = PathHash.root();
    String slash = "";
    for (String name : path.split("/", -1)) {
      sum = slash.isEmpty() ? sum : PathHash.addSlash(sum);
      byte[] bytes = ("--" + name).getBytes(StandardCharsets.ISO_8859_1);
      sum = PathHash.add(sum, bytes, 2, name.length());
      slash = "/";
    }

    assertThat(PathHash.of(path)).isEqualTo(PathHash.finish(sum));
  }

  @Test
  void theWayToAPathIsAllDirectoriesAndThePathItself() {
    assertThat(way("usr/lib/x"))
        .containsExactly(PathHash.of("usr"), PathHash.of("usr/lib"), PathHash.of("usr/lib/x"));
  }

  @Test
  void thereIsNoWayToTheRoot() {
    assertThat(way("")).isEmpty();
  }

  @Test
  void theRootIsWhereItBegins() {
    assertThat(PathHash.of("")).isEqualTo(PathHash.finish(PathHash.root()));
  }

  /// Of all lengths around a step, with the bytes of other steps among them.
  @Test
  void pathsThatDifferHaveDifferentNumbers() {
    Set<String> paths = new HashSet<>();
    List<String> letters = List.of("a", "/", "\0", "\u0001", "\u0007", "\u0008", "\u00ff");
    for (String letter : letters) {
      for (String other : letters) {
        for (int length = 0; length <= 24; length++) {
          paths.add(letter.repeat(length) + other);
          paths.add(other + letter.repeat(length) + other);
        }
      }
    }

    assertThat(paths.stream().map(PathHash::of).distinct()).hasSize(paths.size());
  }

  private static List<Long> way(String path) {
    var way = new ArrayList<Long>();
    PathHash.ofWay(path, way::add);
    return way;
  }
}
