package io.github.dockerimageexporter.store.containerd.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Kind;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import io.github.dockerimageexporter.store.containerd.database.SnapshotDatabase.Entry;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever changes in either database, the snapshots are those of who reads both anew; names that
/// several keys have, and keys whose name is no snapshot's, included.
class JoinedSnapshotsTest {
  private static final int OBJECTS = 6;

  private final Random random = new Random(1);
  private PersistentMap<String, SnapshotEntry> entries = Namespace.EMPTY.snapshotsOf("overlayfs");
  private PersistentMap<String, Entry> stored = SnapshotDatabase.EMPTY.entries();

  @Test
  void areFollowed() {
    var followed = new JoinedSnapshots();
    for (int round = 0; round < 1000; round++) {
      change();

      assertThat(followed.of(entries, stored)).isEqualTo(new JoinedSnapshots().of(entries, stored));
    }
  }

  private void change() {
    var keys = entries.edit();
    var names = stored.edit();
    String key = "key " + random.nextInt(OBJECTS);
    String name = "name " + random.nextInt(OBJECTS);
    switch (random.nextInt(4)) {
      case 0 -> keys.remove(key);
      case 1 -> names.remove(name);
      case 2 -> keys.put(key, new SnapshotEntry(key, name, Optional.empty(), GcLabels.NONE, 0));
      default ->
          names.put(
              name,
              new Entry(
                  name,
                  new Stored(
                      random.nextInt(OBJECTS),
                      Kind.COMMITTED,
                      Optional.empty(),
                      OptionalLong.empty()),
                  0));
    }
    entries = keys.done();
    stored = names.done();
  }
}
