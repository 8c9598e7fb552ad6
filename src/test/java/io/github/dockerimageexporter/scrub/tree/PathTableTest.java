package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.scrub.tree.PathTable.Mark;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

class PathTableTest {
  private static final int PATHS = 2_000_000;

  private final PathTable paths = new PathTable();

  @Test
  void aPathHasTheMarksThatItWasGiven() {
    paths.add(path(1), Mark.WAY);
    paths.add(path(2), Mark.WAY);
    paths.add(path(2), Mark.DIRECTORY);

    assertThat(paths.has(path(1), Mark.WAY)).isTrue();
    assertThat(paths.has(path(1), Mark.DIRECTORY)).isFalse();
    assertThat(paths.has(path(2), Mark.DIRECTORY)).isTrue();
    assertThat(paths.has(path(3), Mark.WAY)).isFalse();
    assertThat(paths.countOnly(Mark.WAY)).isEqualTo(1);
    assertThat(paths.part()).isEqualTo(Part.ALL);
  }

  @Test
  void nothingIsLeftOfWhatWasThereBefore() {
    paths.add(path(1), Mark.FILE);
    paths.begin(Part.ALL);

    assertThat(paths.has(path(1), Mark.FILE)).isFalse();
  }

  @Test
  void morePathsThanFitAreInPartsEachOfWhichHasItsOwn() {
    var seen = new int[PATHS];
    Deque<Part> left = new ArrayDeque<>(List.of(Part.ALL));
    int passes = 0;
    while (!left.isEmpty()) {
      Part part = left.remove();
      paths.begin(part);
      each(i -> paths.add(path(i), Mark.FILE));
      left.addAll(part.without(paths.part()));
      assertThat(paths.countOnly(Mark.FILE)).isLessThanOrEqualTo(786_432);
      each(
          i -> {
            if (paths.part().has(path(i)) && paths.has(path(i), Mark.FILE)) {
              seen[i]++;
            }
          });
      passes++;
    }

    assertThat(passes).isEqualTo(4);
    assertThat(seen).containsOnly(1);
  }

  private static void each(IntConsumer work) {
    for (int i = 0; i < PATHS; i++) {
      work.accept(i);
    }
  }

  private static long path(int number) {
    return PathHash.of("path" + number);
  }
}
