package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Kind;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What a snapshotter's `metadata.db` records: its snapshots, by the names that `meta.db` has for
/// them, which begin with their namespace.
///
/// Source: containerd, `core/snapshots/storage/bolt.go`.
public record SnapshotDatabase(Map<String, Stored> snapshots) {
  public static final SnapshotDatabase EMPTY = new SnapshotDatabase(Map.of());

  /// What a committed state of the file says.
  ///
  /// @param last what the last one said
  public static SnapshotDatabase of(BoltBucket root, Optional<SnapshotDatabase> last)
      throws IOException {
    Map<String, Stored> known = last.orElse(EMPTY).snapshots();
    var snapshots = new HashMap<String, Stored>();
    Optional<BoltBucket> schema = root.bucket("v1");
    if (schema.isPresent()) {
      schema
          .get()
          .eachBucketIn(
              "snapshots",
              (key, record) -> {
                String name = GoValue.nameOf(key);
                snapshots.put(name, KnownRecords.same(known.get(name), stored(record.open())));
              });
    }
    return new SnapshotDatabase(snapshots);
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
