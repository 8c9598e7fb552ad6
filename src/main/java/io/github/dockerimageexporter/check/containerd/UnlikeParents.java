package io.github.dockerimageexporter.check.containerd;

import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The snapshots of which the two databases, as far as both record them, do not name the same
/// parent, or one that is not there; followed from scan to scan. For one thread.
///
/// What stands on a snapshot that comes was unlike before, so that only those need a second look;
/// one that changes or goes, which is rare, may have any above it.
final class UnlikeParents {
  static final Derivation<UnlikeParents> FOLLOWED = UnlikeParents::new;

  private PersistentMap<String, SnapshotRecord> snapshots =
      PersistentMap.empty(SnapshotRecord.KEYS);
  private PersistentMap<String, SnapshotRecord> unlike = PersistentMap.empty(SnapshotRecord.KEYS);

  private UnlikeParents() {}

  /// Those of `now`.
  PersistentMap<String, SnapshotRecord> of(PersistentMap<String, SnapshotRecord> now) {
    PersistentMap<String, SnapshotRecord>.Editor editor = unlike.edit();
    for (String key : reached(now)) {
      @Nullable SnapshotRecord snapshot = now.get(key);
      if (snapshot == null || isLikeItsParent(snapshot, now)) {
        editor.remove(key);
      } else {
        editor.put(key, snapshot);
      }
    }
    snapshots = now;
    unlike = editor.done();
    return unlike;
  }

  private Set<String> reached(PersistentMap<String, SnapshotRecord> now) {
    Set<String> reached = new HashSet<>(unlike.keySet());
    var others = new HashSet<String>();
    now.changesSince(
        snapshots,
        (key, before, _) -> {
          reached.add(key);
          if (before != null) {
            others.add(key);
          }
        });
    if (!others.isEmpty()) {
      now.forEach(
          (key, snapshot) -> {
            if (snapshot.parent().filter(others::contains).isPresent()) {
              reached.add(key);
            }
          });
    }
    return reached;
  }

  private static boolean isLikeItsParent(
      SnapshotRecord snapshot, PersistentMap<String, SnapshotRecord> snapshots) {
    if (snapshot.stored().isEmpty()) {
      return true;
    }
    Optional<SnapshotRecord> parent = snapshot.parent().map(snapshots::get);
    return parent.isPresent() == snapshot.parent().isPresent()
        && (parent.filter(below -> below.stored().isEmpty()).isPresent()
            || parent.map(SnapshotRecord::name).equals(snapshot.stored().get().parent()));
  }
}
