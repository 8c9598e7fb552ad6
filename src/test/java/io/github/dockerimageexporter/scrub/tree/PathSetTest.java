package io.github.dockerimageexporter.scrub.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathSetTest {
  @Test
  void hasWhatWasAdded() {
    var paths = new PathSet();
    for (int i = 0; i < 100_000; i++) {
      assertThat(paths.add(PathHash.of("path" + i, false))).isTrue();
    }

    assertThat(paths.partsNeeded()).isEqualTo(1);
    assertThat(paths.add(PathHash.of("path7", false))).isFalse();
    assertThat(paths.contains(PathHash.of("path99999", false))).isTrue();
    assertThat(paths.contains(PathHash.of("path99999", true))).isFalse();
    assertThat(paths.contains(PathHash.of("path100000", false))).isFalse();
  }

  /// Each path is in exactly one part, and no part is too large, however many paths there are.
  @Test
  void aPartHasWhatItIsResponsibleFor() {
    var all = new PathSet();
    int count = 1_500_000;
    for (int i = 0; i < count; i++) {
      all.add(PathHash.of("path" + i, false));
    }

    int parts = all.partsNeeded();

    assertThat(parts).isEqualTo(3);
    for (int part = 0; part < parts; part++) {
      var some = PathSet.ofPart(parts, part);
      for (int i = 0; i < count; i++) {
        some.add(PathHash.of("path" + i, false));
      }
      assertThat(some.partsNeeded()).isEqualTo(parts);
      for (int i = 0; i < count; i += 1000) {
        long hash = PathHash.of("path" + i, false);
        assertThat(some.contains(hash)).isEqualTo(some.isResponsibleFor(hash));
      }
    }
  }
}
