package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.containerd.database.JoinedSnapshots;
import io.github.dockerimageexporter.store.containerd.database.MetaDatabase;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.SnapshotDatabase;
import io.github.dockerimageexporter.store.containerd.database.SnapshotDatabase.Entry;
import io.github.dockerimageexporter.store.file.BoltCache;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.util.List;
import java.util.Map;

/// The two databases of a store, and what it means that one of them cannot be read.
///
/// | database                               | what it records is | and is told as            |
/// |----------------------------------------|--------------------|---------------------------|
/// | absent, and nothing that it would have | known: nothing     |                           |
/// | absent otherwise, or damaged           | unknown            | a fault of the database   |
/// | without any of what the other records  | unknown            | a fault of the database   |
/// | of another version, changing, closed   | unknown            | unreadable                |
final class StoreDatabases {
  private final ContainerdLayout layout;
  private final BoltCache<SnapshotDatabase> snapshotDatabase =
      new BoltCache<>(SnapshotDatabase::of);

  private final JoinedSnapshots joined = new JoinedSnapshots();
  private final InverseMap<String, Entry, String> byDirectory =
      new InverseMap<>(
          SnapshotDatabase.NAMES,
          SnapshotHome.NAMES,
          entry -> List.of(String.valueOf(entry.stored().number())));

  StoreDatabases(ContainerdLayout layout) {
    this.layout = layout;
  }

  /// What `meta.db` says; nothing, and all of it unknown, if it cannot be read.
  ///
  /// @param used whether there are blobs or directories of snapshots, which need a record
  MetaDatabase meta(
      BoltCache.Outcome<MetaDatabase> read,
      boolean used,
      ReadFailures failures,
      Map<String, String> faults) {
    return switch (read) {
      case BoltCache.Known<MetaDatabase>(MetaDatabase meta) -> {
        if (used && meta.namespaces().isEmpty()) {
          faults.put(layout.meta(), "it has no namespace, but there are blobs or snapshots");
          unknown(failures);
        }
        yield meta;
      }
      case BoltCache.Absent<MetaDatabase> _ -> {
        if (used) {
          faults.put(layout.meta(), "missing, and there are blobs or snapshots");
          unknown(failures);
        }
        yield MetaDatabase.EMPTY;
      }
      case BoltCache.Damaged<MetaDatabase>(String reason) -> {
        faults.put(layout.meta(), reason);
        unknown(failures);
        yield MetaDatabase.EMPTY;
      }
      case BoltCache.Unknown<MetaDatabase>(String reason) -> {
        failures.path(layout.meta(), reason);
        unknown(failures);
        yield MetaDatabase.EMPTY;
      }
    };
  }

  private static void unknown(ReadFailures failures) {
    failures.unknown(StorePart.IMAGES);
    failures.unknown(StorePart.REFERENCES);
    failures.unknown(StorePart.LAYERS);
  }

  /// The snapshotter's database.
  BoltCache.Outcome<SnapshotDatabase> stored(Home home, Freshness freshness) {
    return snapshotDatabase.read(home.root(), home.inRoot(layout.metadata()), freshness);
  }

  /// The snapshots of the namespace as both databases record them.
  ///
  /// @param own by key
  /// @param stored what the snapshotter has of any namespace, by name
  /// @param byDirectory their names, by that of their directories
  record Snapshots(
      PersistentMap<String, SnapshotRecord> own,
      PersistentMap<String, Entry> stored,
      PersistentMap<String, List<String>> byDirectory) {}

  Snapshots snapshots(
      BoltCache.Outcome<SnapshotDatabase> read,
      Namespace namespace,
      SnapshotHome directories,
      ReadFailures failures,
      Map<String, String> faults) {
    var entries = namespace.snapshotsOf(layout.snapshotter());
    boolean used = !entries.isEmpty() || !directories.directories().isEmpty();
    SnapshotDatabase database = known(read, used && directories.known(), failures, faults);
    PersistentMap<String, Entry> stored = database.entries();
    if (stored.isEmpty() && !entries.isEmpty() && !failures.isUnknown(StorePart.LAYERS)) {
      faults.put(
          layout.metadata(),
          "it has no snapshots, but meta.db records %d".formatted(entries.size()));
      failures.unknown(StorePart.LAYERS);
    }
    return new Snapshots(joined.of(entries, stored), stored, byDirectory.of(stored));
  }

  /// What the snapshotter's database says; nothing, and all of it unknown, if it cannot be read.
  private SnapshotDatabase known(
      BoltCache.Outcome<SnapshotDatabase> read,
      boolean used,
      ReadFailures failures,
      Map<String, String> faults) {
    return switch (read) {
      case BoltCache.Known<SnapshotDatabase>(SnapshotDatabase known) -> known;
      case BoltCache.Absent<SnapshotDatabase> _ -> {
        if (used) {
          faults.put(layout.metadata(), "missing, and there are snapshots");
          failures.unknown(StorePart.LAYERS);
        }
        yield SnapshotDatabase.EMPTY;
      }
      case BoltCache.Damaged<SnapshotDatabase>(String reason) -> {
        faults.put(layout.metadata(), reason);
        failures.unknown(StorePart.LAYERS);
        yield SnapshotDatabase.EMPTY;
      }
      case BoltCache.Unknown<SnapshotDatabase>(String reason) -> {
        failures.part(StorePart.LAYERS, layout.metadata(), reason);
        yield SnapshotDatabase.EMPTY;
      }
    };
  }
}
