package io.github.dockerimageexporter.snapshot.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Manifest;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContentUsesTest {
  private static final ImageId ONE = image("one");
  private static final ImageId OTHER = image("other");
  private static final Digest OWN = Digest.of("own");
  private static final Digest SHARED = Digest.of("shared");

  private final ContentUses.Follower follower = new ContentUses.Follower();
  private final PersistentMap<ImageId, ImageContent> contents =
      PersistentMap.of(
          Keys.IMAGES, Map.of(ONE, content(OWN, SHARED, SHARED), OTHER, content(SHARED)));

  @Test
  void anImageThatHasABlobTwiceIsCountedOnce() {
    assertThat(follower.of(contents).without(Set.of()).blobs())
        .isEqualTo(Map.of(OWN, 1, SHARED, 2));
  }

  @Test
  void aHiddenImageIsNotCountedWhateverWasCountedBefore() {
    ContentUses uses = follower.of(contents);
    uses.without(Set.of());

    assertThat(uses.without(Set.of(OTHER)).blobs()).isEqualTo(Map.of(OWN, 1, SHARED, 1));
    assertThat(uses.without(Set.of(ONE)).blobs()).isEqualTo(Map.of(SHARED, 1));
  }

  @Test
  void anEarlierStateIsCountedAfterALaterOne() {
    ContentUses earlier = follower.of(contents);
    PersistentMap<ImageId, ImageContent>.Editor later = contents.edit();
    later.remove(ONE);
    assertThat(follower.of(later.done()).without(Set.of()).blobs()).isEqualTo(Map.of(SHARED, 1));

    assertThat(earlier.without(Set.of()).blobs()).isEqualTo(Map.of(OWN, 1, SHARED, 2));
  }

  private static ImageId image(String name) {
    return new ImageId(Digest.of(name));
  }

  private static ImageContent content(Digest... blobs) {
    List<Sized> sized = List.of(blobs).stream().map(blob -> new Sized(blob, 1)).toList();
    return new ImageContent(
        List.of(), List.of(new Manifest(blobs[0], sized, List.of(), List.of(), true)));
  }
}
