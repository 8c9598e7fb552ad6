package io.github.dockerimageexporter.snapshot.containerd;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The blobs that layers were unpacked from.
///
/// Several images may have one layer in blobs of different compression. Any of them says what is in
/// it; it is the one of the lowest digest, so that it stays the same one.
final class LayerBlobs {
  /// The snapshotters that keep files as they are in the tar.
  private static final Set<String> UNPACKING = Set.of("overlayfs", "fuse-overlayfs", "native");

  private static final Comparator<LayerRecord> ORDER =
      Comparator.comparing(
          record -> record instanceof LayerRecord.Blob blob ? blob.digest().hex() : "~");

  private final ContainerdSnapshot store;
  private final Map<Digest, NamedBlob> named;
  private final Map<ChainId, LayerRecord> records = new TreeMap<>();

  private LayerBlobs(ContainerdSnapshot store) {
    this.store = store;
    this.named = store.namedBlobs().stream().collect(toMap(NamedBlob::digest, blob -> blob));
  }

  /// Those of the layers of `store`, or why there is none.
  static Map<ChainId, LayerRecord> of(ContainerdSnapshot store) {
    var blobs = new LayerBlobs(store);
    store
        .contents()
        .values()
        .forEach(
            content ->
                content.manifests().stream()
                    .filter(ImageContent.Manifest::runs)
                    .forEach(blobs::add));
    return blobs.records;
  }

  private void add(ImageContent.Manifest manifest) {
    List<ChainId> chain = manifest.chain();
    boolean isClear = chain.size() == manifest.layers().size();
    for (int i = 0; i < chain.size(); i++) {
      if (store.layers().containsKey(chain.get(i))) {
        LayerRecord record =
            isClear
                ? record(manifest.layers().get(i))
                : new LayerRecord.None("its manifest has another number of layers");
        records.merge(
            chain.get(i), record, (one, other) -> ORDER.compare(one, other) <= 0 ? one : other);
      }
    }
  }

  private LayerRecord record(Digest digest) {
    if (!UNPACKING.contains(store.layout().snapshotter())) {
      return new LayerRecord.None("its snapshotter does not keep files as they are in its blob");
    }
    @Nullable NamedBlob blob = named.get(digest);
    if (blob == null) {
      return new LayerRecord.None("its blob belongs to the store of another snapshotter");
    }
    if (!blob.isRecorded()) {
      return new LayerRecord.None("its blob was not fetched, or containerd has dropped it");
    }
    return switch (blob.file()) {
      case BlobFile.Present(long found, _, long stamp) ->
          found == blob.recordedBytes().orElse(found)
              ? new LayerRecord.Blob(digest, store.layout().blob(digest), found, stamp)
              : new LayerRecord.None("its blob does not have the recorded size");
      case BlobFile.Absent _, BlobFile.Foreign _ -> new LayerRecord.None("its blob is missing");
      case BlobFile.Unseen _ -> new LayerRecord.None("its blob cannot be seen");
    };
  }
}
