package io.github.dockerimageexporter.snapshot.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerBlobsTest {
  private final LayerBlobs.Follower follower =
      new LayerBlobs.Follower(new ContainerdLayout("", "c", "moby", "overlayfs"));

  @Test
  void whatIsFoundInOtherPartsOfAStoreMayBeEqual() {
    var withoutLayers =
        Map.of(new ImageId(Digest.of("image")), new ImageContent(List.of(), List.of()));

    assertThat(found(withoutLayers)).isEqualTo(found(Map.of())).hasSameHashCodeAs(found(Map.of()));
  }

  private LayerBlobs found(Map<ImageId, ImageContent> contents) {
    return follower.of(
        PersistentMap.of(Keys.IMAGES, contents),
        PersistentMap.empty(Keys.CHAINS),
        PersistentMap.empty(NamedBlob.KEYS));
  }
}
