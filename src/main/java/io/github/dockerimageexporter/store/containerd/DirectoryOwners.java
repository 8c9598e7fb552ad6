package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.store.containerd.StoreDatabases.Snapshots;
import io.github.dockerimageexporter.store.containerd.walk.Ownership;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whose each directory of a snapshotter is.
///
/// | snapshotter's database has          | `meta.db` has       | owner                           |
/// |-------------------------------------|---------------------|---------------------------------|
/// | a snapshot of this namespace        | its record          | what keeps it ([Ownership])     |
/// | a snapshot of this namespace        | no record           | removing                        |
/// | one of a namespace that is not read |                     | other namespace                 |
/// | one of another that is read         |                     | of that one's store             |
/// | nothing                             |                     | nothing that is known           |
///
/// @param followed the namespaces that are read
/// @param first whether directories of no namespace that is read are counted with this one
/// @param containers the IDs of all containers, if they are known
record DirectoryOwners(
    ContainerdLayout layout,
    Set<String> followed,
    boolean first,
    Optional<Set<String>> containers,
    Ownership ownership) {
  private static final String INIT = "-init";

  /// The directories that are this store's.
  Map<Path, StoreDirectory> of(SnapshotHome home, Snapshots snapshots) {
    Map<String, String> keys = new HashMap<>();
    snapshots.own().forEach((key, record) -> keys.put(record.name(), key));
    var directories = new HashMap<Path, StoreDirectory>();
    Optional<String> content = Optional.of(layout.content()).filter(it -> !it.isEmpty());
    home.directories()
        .forEach(
            (name, found) ->
                owner(snapshotIn(name, snapshots), keys)
                    .map(owner -> directory(found, content, owner))
                    .ifPresent(directory -> directories.put(directory.path(), directory)));
    return directories;
  }

  /// The snapshot that a directory is of; if it is of several, which no snapshotter does, the
  // first.
  private static @Nullable String snapshotIn(String directory, Snapshots snapshots) {
    @Nullable List<String> names = snapshots.byDirectory().get(directory);
    return names == null ? null : names.getFirst();
  }

  private static StoreDirectory directory(
      SnapshotHome.Found found, Optional<String> content, Owner owner) {
    return new StoreDirectory(found.directory().path(), content, found.entry().inode(), owner);
  }

  private Optional<Owner> owner(@Nullable String snapshot, Map<String, String> keys) {
    if (snapshot == null) {
      return first ? Optional.of(Owner.OTHER) : Optional.empty();
    }
    String namespace = snapshot.substring(0, Math.max(0, snapshot.indexOf('/')));
    if (!namespace.equals(layout.namespace())) {
      return first && !followed.contains(namespace)
          ? Optional.of(Owner.OTHER_NAMESPACE)
          : Optional.empty();
    }
    @Nullable String key = keys.get(snapshot);
    return Optional.of(key == null ? Owner.REMOVING : owner(key));
  }

  private Owner owner(String key) {
    Owner owner = ownership.ownerOf(key);
    return owner == Owner.REMOVING && isOfContainer(key) ? Owner.CONTAINER : owner;
  }

  private boolean isOfContainer(String key) {
    String id = key.endsWith(INIT) ? key.substring(0, key.length() - INIT.length()) : key;
    return containers.filter(ids -> ids.contains(id)).isPresent();
  }
}
