package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.containerd.StoreDatabases.Snapshots;
import io.github.dockerimageexporter.store.containerd.walk.Ownership;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whose each directory of a snapshotter is, followed from pass to pass. For one thread.
///
/// | snapshotter's database has          | `meta.db` has       | owner                           |
/// |-------------------------------------|---------------------|---------------------------------|
/// | a snapshot of this namespace        | its record          | what keeps it ([Ownership])     |
/// | a snapshot of this namespace        | no record           | removing                        |
/// | one of a namespace that is not read |                     | other namespace                 |
/// | one of another that is read         |                     | of that one's store             |
/// | nothing                             |                     | nothing that is known           |
final class DirectoryOwners {
  private static final String INIT = "-init";
  private static final char SEPARATOR = '/';

  private final ContainerdLayout layout;

  /// The snapshots whose names are not what containerd makes of their keys, by key.
  private final DerivedMap<String, SnapshotRecord, SnapshotRecord> oddlyNamed =
      new DerivedMap<>(
          SnapshotRecord.KEYS, (key, record) -> key.equals(keyIn(record.name())) ? null : record);

  private Optional<Sources> last = Optional.empty();
  private PersistentMap<Path, StoreDirectory> owned = PersistentMap.empty(Keys.PATHS);

  DirectoryOwners(ContainerdLayout layout) {
    this.layout = layout;
  }

  /// What a pass finds them by.
  ///
  /// @param followed the namespaces that are read
  /// @param first whether directories of no namespace that is read are counted with this one
  /// @param containers the IDs of all containers, if they are known
  record Sources(
      SnapshotHome home,
      Snapshots snapshots,
      Ownership ownership,
      Set<String> followed,
      boolean first,
      Optional<Set<String>> containers) {
    private boolean areAskedAs(Sources earlier) {
      return first == earlier.first
          && followed.equals(earlier.followed)
          && containers.equals(earlier.containers);
    }
  }

  /// The directories that are the store's.
  PersistentMap<Path, StoreDirectory> of(Sources now) {
    PersistentMap<Path, StoreDirectory>.Editor editor = owned.edit();
    PersistentMap<String, SnapshotRecord> odd = oddlyNamed.of(now.snapshots().own());
    for (String name : reached(now)) {
      SnapshotHome.@Nullable Found found = now.home().directories().get(name);
      Optional<Owner> owner = found == null ? Optional.empty() : owner(name, now, odd);
      if (found != null && owner.isPresent()) {
        editor.put(found.directory().path(), directory(found, owner.get()));
      } else {
        path(name, now).ifPresent(editor::remove);
      }
    }
    last = Optional.of(now);
    owned = editor.done();
    return owned;
  }

  /// Where a directory is, or was in the pass before.
  private Optional<Path> path(String name, Sources now) {
    return Optional.ofNullable(now.home().directories().get(name))
        .or(() -> last.map(earlier -> earlier.home().directories().get(name)))
        .map(found -> found.directory().path());
  }

  /// The names of the directories that may be somebody else's than in the pass before.
  private Set<String> reached(Sources now) {
    Set<String> reached = new HashSet<>();
    if (last.isEmpty() || !now.areAskedAs(last.get())) {
      reached.addAll(now.home().directories().keySet());
      last.ifPresent(earlier -> reached.addAll(earlier.home().directories().keySet()));
      return reached;
    }
    Sources before = last.get();
    now.home()
        .directories()
        .changesSince(before.home().directories(), (name, _, _) -> reached.add(name));
    now.snapshots()
        .byDirectory()
        .changesSince(before.snapshots().byDirectory(), (name, _, _) -> reached.add(name));
    now.snapshots()
        .own()
        .changesSince(
            before.snapshots().own(),
            (_, was, is) -> {
              addDirectory(was, reached);
              addDirectory(is, reached);
            });
    now.ownership()
        .changesSince(
            before.ownership(),
            (node, _, _) -> {
              if (node instanceof Node.Snapshot(String key)) {
                addDirectory(now.snapshots().own().get(key), reached);
              }
            });
    return reached;
  }

  private static void addDirectory(@Nullable SnapshotRecord record, Set<String> names) {
    if (record != null) {
      record.stored().ifPresent(stored -> names.add(String.valueOf(stored.number())));
    }
  }

  private StoreDirectory directory(SnapshotHome.Found found, Owner owner) {
    Optional<String> content = Optional.of(layout.content()).filter(it -> !it.isEmpty());
    return new StoreDirectory(found.directory().path(), content, found.filesInode(), owner);
  }

  private Optional<Owner> owner(
      String directory, Sources now, PersistentMap<String, SnapshotRecord> odd) {
    List<String> snapshots = now.snapshots().byDirectory().getOrDefault(directory, List.of());
    if (snapshots.isEmpty()) {
      return now.first() ? Optional.of(Owner.OTHER) : Optional.empty();
    }
    String snapshot = snapshots.getFirst();
    String namespace = snapshot.substring(0, Math.max(0, snapshot.indexOf(SEPARATOR)));
    if (!namespace.equals(layout.namespace())) {
      return now.first() && !now.followed().contains(namespace)
          ? Optional.of(Owner.OTHER_NAMESPACE)
          : Optional.empty();
    }
    return Optional.of(
        keyOf(snapshot, now.snapshots(), odd).map(key -> owner(key, now)).orElse(Owner.REMOVING));
  }

  /// The key of the snapshot that the snapshotter knows by a name.
  private static Optional<String> keyOf(
      String name, Snapshots snapshots, PersistentMap<String, SnapshotRecord> odd) {
    String key = keyIn(name);
    @Nullable SnapshotRecord record = snapshots.own().get(key);
    if (record != null && record.name().equals(name)) {
      return Optional.of(key);
    }
    return odd.entrySet().stream()
        .filter(other -> other.getValue().name().equals(name))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /// The key in `<namespace>/<number>/<key>`.
  ///
  /// Source: containerd, `core/metadata/snapshot.go`.
  private static String keyIn(String name) {
    int number = name.indexOf(SEPARATOR);
    return name.substring(name.indexOf(SEPARATOR, number + 1) + 1);
  }

  private static Owner owner(String key, Sources now) {
    Owner owner = now.ownership().ownerOf(key);
    return owner == Owner.REMOVING && isOfContainer(key, now.containers())
        ? Owner.CONTAINER
        : owner;
  }

  private static boolean isOfContainer(String key, Optional<Set<String>> containers) {
    String id = key.endsWith(INIT) ? key.substring(0, key.length() - INIT.length()) : key;
    return containers.filter(ids -> ids.contains(id)).isPresent();
  }
}
