package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.Versions;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import java.nio.file.Path;
import java.util.Map;

/// What a snapshot of a store shares with the one before.
record SnapshotVersions(
    Versions<ImageId, Image> images,
    Versions<ChainId, Layer> layers,
    Versions<ChainId, LayerDirectory> layerDirectories,
    Versions<String, SnapshotRecord> snapshots,
    Versions<Path, StoreDirectory> directories) {

  SnapshotVersions() {
    this(
        new Versions<>(Keys.IMAGES),
        new Versions<>(Keys.CHAINS),
        new Versions<>(Keys.CHAINS),
        new Versions<>(SnapshotRecord.KEYS),
        new Versions<>(Keys.PATHS));
  }

  PersistentMap<ChainId, LayerDirectory> ofLayers(Map<ChainId, LayerDirectory> found) {
    return layerDirectories.next(found);
  }
}
