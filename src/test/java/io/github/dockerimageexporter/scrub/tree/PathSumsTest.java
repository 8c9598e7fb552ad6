package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathSumsTest {
  private final PathSums sums = new PathSums();

  @Test
  void whatIsFoundAsListedIsInNoGroupThatDiffers() {
    for (int i = 0; i < 100_000; i++) {
      sums.list(path(i));
      sums.find(path(99_999 - i));
    }

    assertThat(sums.unlisted().isEmpty()).isTrue();
  }

  @Test
  void whatIsMissingIsInNoGroupOfWhatIsUnlisted() {
    for (int i = 0; i < 100_000; i++) {
      sums.list(path(i));
    }

    assertThat(sums.unlisted().isEmpty()).isTrue();
  }

  @Test
  void whatIsFoundInPlaceOfAnotherIsInAGroupThatDiffers() {
    for (int i = 0; i < 100_000; i++) {
      sums.list(path(i));
      sums.find(path(i + 1));
    }

    assertThat(sums.unlisted().has(path(100_000))).isTrue();
    assertThat(sums.unlisted().groups().cardinality()).isLessThanOrEqualTo(2);
  }

  private static long path(int number) {
    return PathHash.of("directory/" + number);
  }
}
