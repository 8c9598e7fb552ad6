package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord.Stored;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import io.github.dockerimageexporter.store.containerd.database.SnapshotDatabase.Entry;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The snapshots of a namespace as both databases record them, by key. Follows the databases from
/// state to state. For one thread.
public final class JoinedSnapshots {
  private final InverseMap<String, SnapshotEntry, String> byName =
      new InverseMap<>(SnapshotRecord.KEYS, Records.NAMES, entry -> List.of(entry.name()));
  private PersistentMap<String, SnapshotEntry> entries = Namespace.EMPTY.snapshotsOf("");
  private PersistentMap<String, Entry> stored = SnapshotDatabase.EMPTY.entries();
  private PersistentMap<String, SnapshotRecord> joined = PersistentMap.empty(SnapshotRecord.KEYS);

  /// What the databases say by now.
  public PersistentMap<String, SnapshotRecord> of(
      PersistentMap<String, SnapshotEntry> entriesNow, PersistentMap<String, Entry> storedNow) {
    Set<String> changed = new HashSet<>();
    entriesNow.changesSince(entries, (key, _, _) -> changed.add(key));
    PersistentMap<String, List<String>> keys = byName.of(entriesNow);
    storedNow.changesSince(
        stored, (name, _, _) -> changed.addAll(keys.getOrDefault(name, List.of())));
    PersistentMap<String, SnapshotRecord>.Editor editor = joined.edit();
    for (String key : changed) {
      @Nullable SnapshotEntry entry = entriesNow.get(key);
      if (entry == null) {
        editor.remove(key);
      } else {
        // The text that is the key already.
        editor.put(entry.key(), record(entry, storedNow.get(entry.name())));
      }
    }
    entries = entriesNow;
    stored = storedNow;
    joined = editor.done();
    return joined;
  }

  private static SnapshotRecord record(SnapshotEntry entry, @Nullable Entry there) {
    Optional<Stored> content = Optional.ofNullable(there).map(Entry::stored);
    return new SnapshotRecord(entry.parent(), entry.name(), content);
  }
}
