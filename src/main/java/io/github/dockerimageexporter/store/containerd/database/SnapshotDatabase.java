package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.bolt.BoltBucket.Nested;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Kind;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a snapshotter's `metadata.db` records: its snapshots, by the names that `meta.db` has for
/// them, which begin with their namespace.
///
/// Source: containerd, `core/snapshots/storage/bolt.go`.
///
/// @param records by name
public record SnapshotDatabase(Records<String, Entry> records) {
  /// The order of names.
  public static final KeyOrder<String> NAMES = Records.NAMES;

  public static final SnapshotDatabase EMPTY = new SnapshotDatabase(Records.none(Records.NAMES));

  /// The record of one snapshot.
  ///
  /// @param mark of what it is read from; 0 if it has none
  public record Entry(String name, Stored stored, long mark) implements Recorded {}

  /// What a committed state of the file says.
  ///
  /// @param last what the last one said
  public static SnapshotDatabase of(BoltBucket root, Optional<SnapshotDatabase> last)
      throws IOException {
    Records<String, Entry> known = last.orElse(EMPTY).records();
    Recorded.Reader reader =
        (key, record) -> entry(GoValue.key(key), record, known.all().get(GoValue.key(key)));
    Optional<BoltBucket> schema = root.bucket("v1");
    return new SnapshotDatabase(
        known.after(
            schema.isPresent()
                ? schema.get().nestedIn("snapshots", known.leaves(), reader)
                : known.leaves().toNone(),
            Entry.class,
            Entry::name));
  }

  /// By name.
  public PersistentMap<String, Entry> entries() {
    return records.all();
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
