package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.Versions;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.nio.file.Path;
import java.util.Map;

/// What a snapshot of a store shares with the one before.
record SnapshotVersions(
    Versions<ChainId, LayerDirectory> layerDirectories,
    Versions<Path, StoreDirectory> directories) {

  SnapshotVersions() {
    this(new Versions<>(Keys.CHAINS), new Versions<>(Keys.PATHS));
  }

  PersistentMap<ChainId, LayerDirectory> ofLayers(Map<ChainId, LayerDirectory> found) {
    return layerDirectories.next(found);
  }
}
