package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FileSumTest {
  @Test
  void theOrderOfFilesDoesNotMatter() {
    assertThat(sum(1, 2, 3)).isEqualTo(sum(3, 1, 2));
  }

  @Test
  void anotherFileMatters() {
    assertThat(sum(1, 2, 3)).isNotEqualTo(sum(1, 2, 4)).isNotEqualTo(sum(1, 2));
    assertThat(sum(1, 2, 3)).isNotEqualTo(sum(1, 2, 3, 3));
  }

  @Test
  void whatTwoFilesAreIsNotInterchangeable() {
    var one = new FileSum.Adder();
    one.add(1, 5);
    one.add(2, 6);
    var other = new FileSum.Adder();
    other.add(1, 6);
    other.add(2, 5);

    assertThat(one.sum()).isNotEqualTo(other.sum());
  }

  private static FileSum sum(long... files) {
    var sum = new FileSum.Adder();
    LongStream.of(files).forEach(file -> sum.add(file, file));
    return sum.sum();
  }
}
