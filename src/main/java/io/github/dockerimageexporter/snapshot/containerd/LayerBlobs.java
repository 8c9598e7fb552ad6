package io.github.dockerimageexporter.snapshot.containerd;

import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The blobs that layers were unpacked from.
///
/// Several images may have one layer in blobs of different compression. Any of them says what is in
/// it; the one that containerd has had longest does, so that it stays the same one whichever others
/// come, and these are its twins.
final class LayerBlobs {
  /// The snapshotters that keep files as they are in the tar.
  private static final Set<String> UNPACKING = Set.of("overlayfs", "fuse-overlayfs", "native");

  private final ContainerdSnapshot store;
  private final Map<Digest, NamedBlob> named;
  private final Map<ChainId, Map<Digest, LayerRecord.Blob>> blobs = new HashMap<>();
  private final Map<ChainId, LayerRecord> records = new TreeMap<>();

  private LayerBlobs(ContainerdSnapshot store) {
    this.store = store;
    this.named = store.namedBlobs();
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
    blobs.blobs.forEach((layer, all) -> blobs.records.put(layer, blobs.withTwins(all.values())));
    return blobs.records;
  }

  /// Those of all layers, unpacked or not, of which a size is recorded and found.
  static List<LayerRecord.Blob> all(ContainerdSnapshot store) {
    return store.namedBlobs().values().stream()
        .filter(blob -> blob.role() == NamedBlob.Role.LAYER && blob.isRecorded())
        .flatMap(
            blob ->
                record(blob, store) instanceof LayerRecord.Blob found
                    ? Stream.of(found)
                    : Stream.empty())
        .toList();
  }

  private LayerRecord withTwins(Collection<LayerRecord.Blob> all) {
    List<LayerRecord.Blob> byAge =
        all.stream()
            .sorted(comparingLong(this::createdSeconds).thenComparing(LayerRecord.Blob::digest))
            .toList();
    LayerRecord.Blob first = byAge.getFirst();
    return new LayerRecord.Blob(
        first.digest(),
        first.path(),
        first.sizeBytes(),
        first.stamp(),
        byAge.subList(1, byAge.size()));
  }

  private long createdSeconds(LayerRecord.Blob blob) {
    return requireNonNull(named.get(blob.digest())).createdSeconds();
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
        if (record instanceof LayerRecord.Blob blob) {
          blobs.computeIfAbsent(chain.get(i), _ -> new HashMap<>()).put(blob.digest(), blob);
        } else {
          records.putIfAbsent(chain.get(i), record);
        }
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
    return record(blob, store);
  }

  private static LayerRecord record(NamedBlob blob, ContainerdSnapshot store) {
    Digest digest = blob.digest();
    return switch (blob.file()) {
      case BlobFile.Present(long found, _, long stamp) ->
          found == blob.recordedBytes().orElse(found)
              ? new LayerRecord.Blob(digest, store.layout().blob(digest), found, stamp, List.of())
              : new LayerRecord.None("its blob does not have the recorded size");
      case BlobFile.Absent _, BlobFile.Foreign _ -> new LayerRecord.None("its blob is missing");
      case BlobFile.Unseen _ -> new LayerRecord.None("its blob cannot be seen");
    };
  }
}
