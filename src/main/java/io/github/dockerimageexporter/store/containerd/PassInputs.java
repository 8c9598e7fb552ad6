package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.store.container.ContainerStore;
import io.github.dockerimageexporter.store.containerd.database.MetaDatabase;
import io.github.dockerimageexporter.store.containerd.database.SnapshotDatabase;
import io.github.dockerimageexporter.store.file.BoltCache;

/// What a pass makes a store's snapshot of: as long as it is the same, so is the snapshot. That an
/// expiry has passed meanwhile is not in it, nor that a file could not be read.
///
/// @param downloads as long as there are any, their files grow
record PassInputs(
    ContainerdStore.First first,
    StoreUse use,
    ContainerStore.Containers containers,
    BlobList.Listing files,
    SnapshotHome directories,
    BoltCache.Outcome<MetaDatabase> meta,
    BoltCache.Outcome<SnapshotDatabase> stored,
    Downloads downloads) {

  @SuppressWarnings(
      "ReferenceEquality") // Directories that were not read again are the same object.
  boolean isSameAs(PassInputs earlier) {
    return downloads.isEmpty()
        && earlier.downloads.isEmpty()
        && first.equals(earlier.first)
        && use == earlier.use
        && directories == earlier.directories
        && files.isSameAs(earlier.files)
        && BoltCache.isUnchanged(earlier.meta, meta)
        && BoltCache.isUnchanged(earlier.stored, stored)
        && containers.equals(earlier.containers);
  }
}
