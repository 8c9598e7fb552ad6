package io.github.dockerimageexporter.store.containerd.walk;

import static io.github.dockerimageexporter.store.containerd.walk.RandomNamespace.BLOBS;
import static io.github.dockerimageexporter.store.containerd.walk.RandomNamespace.OWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// How many blobs each owner has, followed from pass to pass.
class BlobTalliesTest {
  private static final int STEPS = 10_000;

  private final Random random = new Random(1);
  private final RandomNamespace changes = new RandomNamespace(random);
  private Namespace first = Namespace.EMPTY;
  private Namespace second = Namespace.EMPTY;
  private PersistentMap<Digest, Long> files = PersistentMap.empty(NamedBlob.KEYS);
  private int rank;
  private boolean all = true;

  @Test
  void followedTalliesAreThoseOfAFirstPass() {
    var owners = new Ownerships(OWN);
    var followed = new BlobTallies<Long>(bytes -> bytes);
    for (int step = 0; step < STEPS; step++) {
      for (int more = random.nextInt(3); more >= 0; more--) {
        change();
      }
      Namespace own = rank == 0 ? first : second;
      Namespace other = rank == 0 ? second : first;
      var now =
          new BlobTallies.Sources<>(
              files,
              other.blobs(),
              owners.of(own, Instant.EPOCH),
              List.of(first.blobs(), second.blobs()),
              rank,
              random.nextInt(8) > 0,
              all);

      assertThat(followed.of(now))
          .describedAs("step %d", step)
          .isEqualTo(new BlobTallies<Long>(bytes -> bytes).of(now));
    }
  }

  private void change() {
    Digest blob = changes.oneOf(BLOBS);
    PersistentMap<Digest, Long>.Editor listed = files.edit();
    switch (random.nextInt(8)) {
      case 0 -> listed.remove(blob);
      case 1 -> listed.put(blob, (long) random.nextInt(3));
      case 2 -> second = changes.changed(second);
      case 3 -> {
        rank = random.nextInt(8) == 0 ? 1 : 0;
        all = random.nextInt(8) > 0;
      }
      default -> first = changes.changed(first);
    }
    files = listed.done();
  }
}
