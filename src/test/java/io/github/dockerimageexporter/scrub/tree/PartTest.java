package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PartTest {
  @Test
  void aPieceOfAPartAndTheOthersAreAllOfIt() {
    Part piece = new Part(2, 1).half().half();

    assertThat(piece).isEqualTo(new Part(8, 1));
    assertThat(new Part(2, 1).without(piece))
        .containsExactly(new Part(8, 3), new Part(8, 5), new Part(8, 7));
    assertThat(piece.without(piece)).isEmpty();
  }

  @Test
  void eachPathIsInOnePart() {
    assertThat(LongStream.range(0, 1000).map(PathHash::finish))
        .allSatisfy(
            path -> assertThat(new Part(2, 0).has(path) ^ new Part(2, 1).has(path)).isTrue());
  }
}
