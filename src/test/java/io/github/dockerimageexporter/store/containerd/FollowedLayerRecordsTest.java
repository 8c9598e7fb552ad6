package io.github.dockerimageexporter.store.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Kind;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import io.github.dockerimageexporter.store.containerd.walk.LayerRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Layers that are followed from pass to pass are those that a pass finds that sees all for the
/// first time.
class FollowedLayerRecordsTest {
  private static final int STEPS = 20_000;
  private static final int IMAGES = 4;
  private static final int DEPTH = 3;
  private static final ContainerdLayout LAYOUT = new ContainerdLayout("", "c", "moby", "overlayfs");

  private final Random random = new Random(1);
  private final List<ImageId> ids =
      IntStream.range(0, IMAGES).mapToObj(i -> new ImageId(Digest.of("image " + i))).toList();
  private final List<RootFs> chains = chains();
  private final List<String> keys =
      Stream.concat(
              chains.stream().map(chain -> chain.chainIds().getLast().toString()),
              Stream.of("a-init", "b-init", "c", "sha256:none"))
          .distinct()
          .toList();

  private PersistentMap<ImageId, Image> images = PersistentMap.empty(Keys.IMAGES);
  private PersistentMap<String, SnapshotRecord> snapshots =
      PersistentMap.empty(SnapshotRecord.KEYS);

  @Test
  void followedLayersAreThoseOfAFirstPass() {
    var followed = new LayerRecords(LAYOUT);
    for (int step = 0; step < STEPS; step++) {
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        change();
      }

      assertThat(followed.of(images, snapshots))
          .describedAs("step %d", step)
          .isEqualTo(new LayerRecords(LAYOUT).of(images, snapshots));
    }
  }

  private void change() {
    PersistentMap<ImageId, Image>.Editor imaged = images.edit();
    PersistentMap<String, SnapshotRecord>.Editor recorded = snapshots.edit();
    ImageId id = oneOf(ids);
    String key = oneOf(keys);
    switch (random.nextInt(6)) {
      case 0 -> imaged.remove(id);
      case 1 -> imaged.put(id, image(id));
      case 2 -> recorded.remove(key);
      default -> recorded.put(key, snapshot(key));
    }
    images = imaged.done();
    snapshots = recorded.done();
  }

  private Image image(ImageId id) {
    var manifest =
        new ImageManifest(
            Optional.of(id.digest()),
            new Platform("linux", "amd64", ""),
            oneOf(chains),
            true,
            List.of(),
            random.nextInt(4) > 0);
    return new Image(
        id, id.digest(), List.of(manifest), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private SnapshotRecord snapshot(String key) {
    Optional<String> parent = random.nextInt(4) == 0 ? Optional.empty() : Optional.of(oneOf(keys));
    var stored =
        new Stored(
            keys.indexOf(key),
            random.nextInt(8) == 0 ? Kind.ACTIVE : Kind.COMMITTED,
            parent.filter(_ -> random.nextInt(8) > 0).map(below -> "moby/" + below),
            random.nextInt(8) == 0 ? OptionalLong.empty() : OptionalLong.of(random.nextInt(2)));
    return new SnapshotRecord(
        parent, "moby/" + key, Optional.of(stored).filter(_ -> random.nextInt(8) > 0));
  }

  /// All chains of up to so many layers of two kinds.
  private static List<RootFs> chains() {
    var all = new ArrayList<RootFs>();
    List<List<DiffId>> last = List.of(List.of());
    for (int depth = 0; depth < DEPTH; depth++) {
      last =
          last.stream()
              .flatMap(
                  below ->
                      Stream.of("a", "b")
                          .map(name -> new DiffId(Digest.of(name)))
                          .map(top -> Stream.concat(below.stream(), Stream.of(top)).toList()))
              .toList();
      last.forEach(diffIds -> all.add(new RootFs(diffIds)));
    }
    return all;
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
