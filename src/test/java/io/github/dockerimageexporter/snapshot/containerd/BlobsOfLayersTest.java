package io.github.dockerimageexporter.snapshot.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Manifest;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Blobs of layers that are followed from state to state are those that are found at once.
class BlobsOfLayersTest {
  private static final int STEPS = 10_000;
  private static final int OBJECTS = 4;
  private static final ContainerdLayout LAYOUT = new ContainerdLayout("", "c", "moby", "overlayfs");
  private static final List<Digest> DIGESTS =
      IntStream.range(0, OBJECTS).mapToObj(i -> Digest.of("blob " + i)).toList();

  private final Random random = new Random(1);
  private final Map<Digest, BlobFile> files = new HashMap<>();
  private PersistentMap<ImageId, ImageContent> contents = PersistentMap.empty(Keys.IMAGES);
  private PersistentMap<ChainId, Layer> layers = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<Digest, NamedBlob> named = PersistentMap.empty(NamedBlob.KEYS);

  @Test
  void followedBlobsAreThoseThatAreFoundAtOnce() {
    var followed = new BlobsOfLayers(LAYOUT);
    for (int step = 0; step < STEPS; step++) {
      for (int more = random.nextInt(3); more >= 0; more--) {
        change();
      }
      named = named.changedTo(named());
      var now = new BlobsOfLayers.Parts(contents, layers, named);

      assertThat(followed.of(now))
          .describedAs("step %d", step)
          .isEqualTo(new BlobsOfLayers(LAYOUT).of(now));
    }
  }

  private void change() {
    var edited = contents.edit();
    var kept = layers.edit();
    var image = new ImageId(oneOf(DIGESTS));
    var chain = new ChainId(oneOf(DIGESTS));
    switch (random.nextInt(6)) {
      case 0 -> edited.remove(image);
      case 1, 2 -> edited.put(image, new ImageContent(List.of(), List.of(manifest(), manifest())));
      case 3 -> kept.remove(chain);
      case 4 -> kept.put(chain, layer(chain));
      default -> files.put(oneOf(DIGESTS), file());
    }
    contents = edited.done();
    layers = kept.done();
  }

  private static Layer layer(ChainId chain) {
    var diffId = new DiffId(chain.digest());
    return Layer.of(chain, diffId, Optional.empty(), new CacheId("1"), 1);
  }

  private BlobFile file() {
    return random.nextBoolean()
        ? new BlobFile.Present(random.nextInt(2), 1, random.nextInt(3))
        : new BlobFile.Absent();
  }

  private Manifest manifest() {
    return new Manifest(
        oneOf(DIGESTS),
        List.of(),
        some(),
        some().stream().map(ChainId::new).toList(),
        random.nextInt(4) > 0);
  }

  private List<Digest> some() {
    int start = random.nextInt(OBJECTS - 1);
    return DIGESTS.subList(start, start + 1 + random.nextInt(2));
  }

  /// As walks over the images name them.
  private Map<Digest, NamedBlob> named() {
    var all = new HashMap<Digest, NamedBlob>();
    for (Digest blob : DIGESTS) {
      List<ImageId> images =
          contents.entrySet().stream()
              .filter(
                  image ->
                      image.getValue().manifests().stream()
                          .anyMatch(manifest -> manifest.layers().contains(blob)))
              .map(Map.Entry::getKey)
              .toList();
      if (!images.isEmpty()) {
        all.put(blob, blob(blob, images));
      }
    }
    return all;
  }

  private NamedBlob blob(Digest blob, List<ImageId> images) {
    return new NamedBlob(
        blob,
        Role.LAYER,
        images,
        1,
        OptionalLong.of(1),
        false,
        files.getOrDefault(blob, new BlobFile.Unseen()),
        true,
        true,
        List.of(),
        Set.of(),
        0,
        Optional.empty());
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
