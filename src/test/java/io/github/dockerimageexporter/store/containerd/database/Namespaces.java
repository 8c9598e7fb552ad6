package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.bolt.NestedBuckets;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import io.github.dockerimageexporter.store.containerd.database.Namespace.Lease;
import io.github.dockerimageexporter.store.containerd.database.Namespace.SnapshotEntry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Namespaces that no database has.
public final class Namespaces {
  private Namespaces() {}

  public static Namespace of(
      PersistentMap<String, ImageRecord> images,
      PersistentMap<Digest, BlobRecord> blobs,
      Map<String, PersistentMap<String, SnapshotEntry>> snapshots,
      List<Lease> leases) {
    var snapshotRecords = new TreeMap<String, Records<String, SnapshotEntry>>();
    snapshots.forEach((snapshotter, keys) -> snapshotRecords.put(snapshotter, records(keys)));
    return new Namespace(
        records(images), records(blobs), Map.of(), snapshotRecords, leases, List.of());
  }

  private static <K, V extends Recorded> Records<K, V> records(PersistentMap<K, V> all) {
    return new Records<>(all, PersistentMap.empty(Records.NAMES), NestedBuckets.none());
  }
}
