package io.github.dockerimageexporter.store.containerd.walk;

import static io.github.dockerimageexporter.store.containerd.walk.RandomNamespace.BLOBS;
import static io.github.dockerimageexporter.store.containerd.walk.RandomNamespace.KEYS;
import static io.github.dockerimageexporter.store.containerd.walk.RandomNamespace.OWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The blobs that images name, followed from pass to pass.
class NamedBlobsTest {
  private static final int STEPS = 5_000;
  private static final int IMAGES = 4;
  private static final int MANY = 200;
  private static final List<ImageId> IDS =
      IntStream.range(0, IMAGES).mapToObj(i -> new ImageId(Digest.of("image " + i))).toList();

  private final Random random = new Random(1);
  private final RandomNamespace changes = new RandomNamespace(random);
  private final Map<ImageId, List<Digest>> named = new HashMap<>();
  private final Map<Digest, List<Node>> needs = new HashMap<>();
  private final Map<Digest, BlobFile> files = new HashMap<>();
  private Namespace namespace = Namespace.EMPTY;
  private PersistentMap<ImageId, List<Mention>> mentions = PersistentMap.empty(Keys.IMAGES);
  private PersistentMap<Digest, BlobRecord> foreign = PersistentMap.empty(NamedBlob.KEYS);

  @Test
  void followedBlobsAreThoseOfAFirstPass() {
    var owners = new Ownerships(OWN);
    var followed = new NamedBlobs();
    for (int step = 0; step < STEPS; step++) {
      for (int more = random.nextInt(3); more >= 0; more--) {
        change();
      }
      mentions = mentions.changedTo(walked());
      Ownership owned = owners.of(namespace, Instant.EPOCH);

      assertThat(followed.of(sources(owned)))
          .describedAs("step %d", step)
          .containsExactlyInAnyOrderEntriesOf(new NamedBlobs().of(sources(owned)));
    }
  }

  private NamedBlobs.Sources sources(Ownership owned) {
    return new NamedBlobs.Sources(mentions, foreign, owned, true, this::file);
  }

  private BlobFile file(Digest blob) {
    return files.getOrDefault(blob, new BlobFile.Absent());
  }

  private void change() {
    Digest blob = changes.oneOf(BLOBS);
    switch (random.nextInt(8)) {
      case 0 -> named.remove(changes.oneOf(IDS));
      case 1 -> named.put(changes.oneOf(IDS), some());
      case 2 -> needs.put(blob, needed());
      case 3 -> files.put(blob, new BlobFile.Present(random.nextInt(3), 1, 1));
      case 4 -> changeForeign(blob);
      default -> namespace = changes.changed(namespace);
    }
  }

  private void changeForeign(Digest blob) {
    var others = foreign.edit();
    if (foreign.containsKey(blob)) {
      others.remove(blob);
    } else {
      others.put(blob, new BlobRecord(blob, 1, GcLabels.NONE, Set.of(), 0, 0));
    }
    foreign = others.done();
  }

  private List<Digest> some() {
    var some = new ArrayList<>(BLOBS.subList(0, 1 + random.nextInt(BLOBS.size())));
    if (random.nextInt(4) == 0) {
      IntStream.range(0, MANY).forEach(i -> some.add(Digest.of("one of many " + i)));
    }
    return some;
  }

  private List<Node> needed() {
    return List.of(new Node.Blob(changes.oneOf(BLOBS)), new Node.Snapshot(changes.oneOf(KEYS)));
  }

  /// What walks over the images show, made again whenever the record or the file of a blob is
  /// another.
  private Map<ImageId, List<Mention>> walked() {
    var walked = new HashMap<ImageId, List<Mention>>();
    named.forEach(
        (image, blobs) ->
            walked.put(image, blobs.stream().map(blob -> mention(blob, blobs)).toList()));
    return walked;
  }

  private Mention mention(Digest blob, List<Digest> all) {
    return new Mention(
        blob,
        Role.MANIFEST,
        1,
        needs.getOrDefault(blob, List.of()).stream().filter(node -> isSeen(node, all)).toList(),
        false,
        false,
        Optional.empty(),
        namespace.blobs().get(blob),
        file(blob));
  }

  /// Whether a walk sees that a blob needs something: a blob that the image names, or a snapshot
  /// that is there.
  private boolean isSeen(Node node, List<Digest> named) {
    return switch (node) {
      case Node.Blob(Digest blob) -> named.contains(blob);
      case Node.Snapshot(String key) -> namespace.snapshotsOf(OWN).containsKey(key);
      case Node.Other _ -> false;
    };
  }
}
