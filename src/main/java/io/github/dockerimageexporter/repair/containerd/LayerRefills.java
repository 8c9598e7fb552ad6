package io.github.dockerimageexporter.repair.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Which blobs have the content of layers.
final class LayerRefills {
  private final ContainerdSnapshot store;
  private final Map<Digest, NamedBlob> blobs;
  private final Map<ChainId, Map<Digest, DiffId>> contents = new HashMap<>();

  LayerRefills(ContainerdSnapshot store) {
    this.store = store;
    this.blobs = store.namedBlobs();
    store.contents().forEach((id, content) -> content.manifests().forEach(it -> note(id, it)));
  }

  /// A blob that unpacks to a layer.
  record Content(NamedBlob blob, DiffId diffId) {

    /// Whether its file is there, and what it should be as far as its size says.
    boolean isHere() {
      return blob.file() instanceof BlobFile.Present(long bytes, _, _)
          && bytes == blob.describedBytes();
    }
  }

  /// The blobs that unpack to a layer, those that are here first; none in the store of a further
  /// snapshotter, whose images name them and which has none.
  List<Content> of(ChainId layer) {
    return contents.getOrDefault(layer, Map.of()).entrySet().stream()
        .filter(each -> blobs.containsKey(each.getKey()))
        .map(each -> new Content(blob(each.getKey()), each.getValue()))
        .sorted((one, other) -> Boolean.compare(other.isHere(), one.isHere()))
        .toList();
  }

  NamedBlob blob(Digest digest) {
    NamedBlob blob = blobs.get(digest);
    if (blob == null) {
      throw new IllegalStateException("no image names " + digest);
    }
    return blob;
  }

  /// The number of the directory of a snapshot.
  OptionalLong numberOf(String key) {
    return stored(key).map(it -> OptionalLong.of(it.number())).orElseGet(OptionalLong::empty);
  }

  /// The number of the directory below that of a snapshot.
  OptionalLong belowOf(String key) {
    return Optional.ofNullable(store.snapshots().get(key))
        .flatMap(SnapshotRecord::parent)
        .map(this::numberOf)
        .orElseGet(OptionalLong::empty);
  }

  long sizeOf(String key) {
    return stored(key).map(it -> it.sizeBytes().orElse(0)).orElse(0L);
  }

  private Optional<SnapshotRecord.Stored> stored(String key) {
    return Optional.ofNullable(store.snapshots().get(key)).flatMap(SnapshotRecord::stored);
  }

  private void note(ImageId id, ImageContent.Manifest manifest) {
    Image image = store.images().get(id);
    if (image == null || manifest.layers().size() != manifest.chain().size()) {
      return;
    }
    for (ImageManifest platform : image.manifests()) {
      if (platform.digest().filter(manifest.digest()::equals).isPresent()) {
        for (int i = 0; i < manifest.chain().size(); i++) {
          contents
              .computeIfAbsent(manifest.chain().get(i), _ -> new LinkedHashMap<>())
              .put(manifest.layers().get(i), platform.rootFs().diffIds().get(i));
        }
      }
    }
  }
}
