package io.github.dockerimageexporter.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.Stamp;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatCacheTest {
  private static final DirectoryEntry LAYER = new DirectoryEntry("layer", FileKind.DIRECTORY, 7);
  private static final Stamp OLD = new Stamp(1, true);
  private static final Stamp YOUNG = new Stamp(2, false);

  private final StatCache<String> cache = new StatCache<>();

  @BeforeEach
  void rememberALayer() {
    cache.remember(LAYER, OLD, "as it was");
  }

  @Test
  void whatHasTheSameStatIsNotReadAgain() {
    assertThat(cache.turn(Set.of())).isEmpty();

    assertThat(cache.recall(LAYER, OLD)).isEqualTo("as it was");
  }

  @Test
  void whatHasAnotherStatIs() {
    cache.turn(Set.of());

    assertThat(cache.recall(LAYER, new Stamp(3, true))).isNull();
  }

  @Test
  void soIsAnotherObjectOfThatName() {
    cache.turn(Set.of());

    assertThat(cache.recall(new DirectoryEntry("layer", FileKind.DIRECTORY, 8), OLD)).isNull();
  }

  @Test
  void soIsWhatMayHaveChangedWithoutHavingAnotherStat() {
    cache.remember(LAYER, YOUNG, "as it was");

    assertThat(cache.turn(Set.of())).containsExactly("layer");
    assertThat(cache.recall(LAYER, YOUNG)).isNull();
  }

  @Test
  void whatAPassHasNotAskedForStaysKnown() {
    cache.turn(Set.of());
    cache.turn(Set.of());

    assertThat(cache.names()).containsExactly("layer");
    assertThat(cache.recall(LAYER, OLD)).isEqualTo("as it was");
  }

  @Test
  void whatIsGoneIsForgotten() {
    cache.turn(Set.of("layer"));

    assertThat(cache.names()).isEmpty();
    assertThat(cache.recall(LAYER, OLD)).isNull();
  }

  @Test
  void afterAPassOverAllWhatItHasNotAskedForIsForgotten() {
    cache.turn();
    cache.turn();

    assertThat(cache.recall(LAYER, OLD)).isNull();
  }
}
