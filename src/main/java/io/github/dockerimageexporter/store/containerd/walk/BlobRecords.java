package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The records of blobs in a namespace.
///
/// @param own by digest
/// @param foreign the blobs that other namespaces have a record of
/// @param dockers whether they are dockerd's, which labels all that is named by a manifest, or
///     nothing
public record BlobRecords(
    PersistentMap<Digest, BlobRecord> own, Set<Digest> foreign, boolean dockers) {

  /// That of a blob, if there is one.
  public @Nullable BlobRecord of(Digest blob) {
    return own.get(blob);
  }

  public boolean has(Digest blob) {
    return own.containsKey(blob);
  }

  public GcLabels labelsOf(Digest blob) {
    @Nullable BlobRecord record = own.get(blob);
    return record == null ? GcLabels.NONE : record.labels();
  }

  /// Whether a manifest that the engine has given a name has no labels, which it never leaves so.
  public boolean haveLostLabels(Digest manifest) {
    return dockers && labelsOf(manifest).blobs().isEmpty();
  }
}
