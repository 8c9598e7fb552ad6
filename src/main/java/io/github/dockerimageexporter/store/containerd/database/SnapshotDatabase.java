package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.bolt.BoltBucket.Nested;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Kind;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import java.io.IOException;
import java.util.HashMap;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a snapshotter's `metadata.db` records: its snapshots, by the names that `meta.db` has for
/// them, which begin with their namespace.
///
/// Source: containerd, `core/snapshots/storage/bolt.go`.
///
/// @param entries by name
public record SnapshotDatabase(PersistentMap<String, Entry> entries) {
  public static final SnapshotDatabase EMPTY =
      new SnapshotDatabase(PersistentMap.empty(Namespace.NAMES));

  /// The record of one snapshot.
  ///
  /// @param mark of what it is read from; 0 if it has none
  public record Entry(String name, Stored stored, long mark) {}

  /// What a committed state of the file says.
  ///
  /// @param last what the last one said
  public static SnapshotDatabase of(BoltBucket root, Optional<SnapshotDatabase> last)
      throws IOException {
    PersistentMap<String, Entry> known = last.orElse(EMPTY).entries();
    var entries = new HashMap<String, Entry>();
    Optional<BoltBucket> schema = root.bucket("v1");
    if (schema.isPresent()) {
      schema
          .get()
          .eachBucketIn(
              "snapshots",
              (key, record) -> {
                String name = GoValue.key(key);
                Entry entry = entry(name, record, known.get(name));
                entries.put(entry.name(), entry);
              });
    }
    return new SnapshotDatabase(known.changedTo(entries));
  }

  private static Entry entry(String name, Nested record, @Nullable Entry known) throws IOException {
    long mark = KnownRecords.markOf(record);
    if (known == null) {
      return new Entry(name.intern(), stored(record.open()), mark);
    }
    return KnownRecords.isMarked(mark, known.mark())
        ? known
        : new Entry(known.name(), KnownRecords.same(known.stored(), stored(record.open())), mark);
  }

  private static Stored stored(BoltBucket record) {
    Optional<Long> size = GoValue.size(record, "size");
    return new Stored(
        GoValue.number(record, "id").orElse(0L),
        Kind.of(record.value("kind").filter(k -> k.length > 0).map(k -> (int) k[0]).orElse(0)),
        GoValue.name(record, "parent"),
        size.isPresent() ? OptionalLong.of(size.get()) : OptionalLong.empty());
  }
}
