package io.github.dockerimageexporter.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnreadableTest {
  private static final List<Digest> DIGESTS =
      IntStream.range(0, 20).mapToObj(i -> Digest.of("digest " + i)).sorted().toList();
  private static final List<ImageId> IMAGES = DIGESTS.stream().map(ImageId::new).toList();
  private static final List<ChainId> LAYERS = DIGESTS.stream().map(ChainId::new).toList();
  private static final List<String> PATHS = DIGESTS.stream().map(Digest::hex).toList();

  @Test
  void imagesLayersAndPathsAreSorted() {
    Map<String, String> reasons = new HashMap<>();
    PATHS.forEach(path -> reasons.put(path, "permission denied"));
    var unreadable =
        new Unreadable(Set.of(), new HashSet<>(IMAGES), new HashSet<>(LAYERS), reasons);

    assertThat(unreadable.images()).containsExactlyElementsOf(IMAGES);
    assertThat(unreadable.layers()).containsExactlyElementsOf(LAYERS);
    assertThat(unreadable.reasons().keySet()).containsExactlyElementsOf(PATHS);
  }

  @Test
  void pathsThatAreAddedAreSortedWithTheOthers() {
    Unreadable unreadable =
        Unreadable.NOTHING.and(Map.of("b", "missing", "d", "missing")).and(Map.of("c", "missing"));

    assertThat(unreadable.reasons().keySet()).containsExactly("b", "c", "d");
  }

  @Test
  void aPathHasItselfAndWhatIsInItBelow() {
    Unreadable unreadable = unreadable("tmp-old", "tmp/a/diff", "mounts");

    assertThat(unreadable.countBelow("mounts")).isEqualTo(1);
    assertThat(unreadable.countBelow("tmp")).isEqualTo(1);
  }

  @Test
  void aPathThatOnlyBeginsWithTheSameLettersIsNotBelow() {
    Unreadable unreadable = unreadable("tmp-old", "tmp/a/diff", "mounts");

    assertThat(unreadable.hasBelow("tmp/a/d")).isFalse();
    assertThat(unreadable.hasBelow("mount")).isFalse();
  }

  private static Unreadable unreadable(String... paths) {
    Map<String, String> reasons = new HashMap<>();
    for (String path : paths) {
      reasons.put(path, "permission denied");
    }
    return Unreadable.NOTHING.and(reasons);
  }
}
