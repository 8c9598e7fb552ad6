package io.github.dockerimageexporter.snapshot.containerd;

import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.InverseMap;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Manifest;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the blobs that layers were unpacked from, followed from one state of a store to another: a
/// layer is asked for again only if an image that has it, or a blob of it, is another.
///
/// Several images may have one layer in blobs of different compression. Any of them says what is in
/// it; the one that containerd has had longest does, so that it stays the same one whichever others
/// come, and these are its twins.
final class BlobsOfLayers {
  /// The snapshotters that keep files as they are in the tar.
  private static final Set<String> UNPACKING = Set.of("overlayfs", "fuse-overlayfs", "native");

  private final ContainerdLayout layout;
  private final InverseMap<ImageId, ImageContent, ChainId> images =
      new InverseMap<>(Keys.IMAGES, Keys.CHAINS, BlobsOfLayers::chains);

  private final DerivedMap<Digest, NamedBlob, LayerRecord.Blob> blobs =
      new DerivedMap<>(
          NamedBlob.KEYS,
          (_, blob) ->
              blob.role() == NamedBlob.Role.LAYER
                      && blob.isRecorded()
                      && record(blob) instanceof LayerRecord.Blob found
                  ? found
                  : null);

  private Parts last = Parts.NONE;
  private PersistentMap<ChainId, LayerRecord> records = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<Digest, LayerRecord.Blob> lastBlobs = PersistentMap.empty(NamedBlob.KEYS);
  private List<LayerRecord.Blob> all = List.of();

  BlobsOfLayers(ContainerdLayout layout) {
    this.layout = layout;
  }

  /// What of a store they are found in.
  record Parts(
      PersistentMap<ImageId, ImageContent> contents,
      PersistentMap<ChainId, Layer> layers,
      PersistentMap<Digest, NamedBlob> named) {
    static final Parts NONE =
        new Parts(
            PersistentMap.empty(Keys.IMAGES),
            PersistentMap.empty(Keys.CHAINS),
            PersistentMap.empty(NamedBlob.KEYS));

    /// The layers of which something is another than it was.
    private Set<ChainId> changesSince(Parts before) {
      Set<ChainId> changed = new HashSet<>();
      layers.changesSince(before.layers, (layer, _, _) -> changed.add(layer));
      contents.changesSince(
          before.contents,
          (_, was, is) -> {
            changed.addAll(chains(was));
            changed.addAll(chains(is));
          });
      named.changesSince(
          before.named,
          (digest, was, is) ->
              Stream.concat(Stream.ofNullable(was), Stream.ofNullable(is))
                  .flatMap(blob -> blob.images().stream())
                  .distinct()
                  .flatMap(image -> manifests(contents.get(image)))
                  .forEach(manifest -> addLayersOf(digest, manifest, changed)));
      return changed;
    }

    private static void addLayersOf(Digest blob, Manifest manifest, Set<ChainId> layers) {
      if (isClear(manifest)) {
        for (int i = 0; i < manifest.chain().size(); i++) {
          if (manifest.layers().get(i).equals(blob)) {
            layers.add(manifest.chain().get(i));
          }
        }
      }
    }
  }

  /// Those of a state.
  ///
  /// @param records of the layers, or why there is none
  /// @param all those of all layers, unpacked or not, of which a size is recorded and found
  record Found(PersistentMap<ChainId, LayerRecord> records, List<LayerRecord.Blob> all) {}

  @SuppressWarnings("ReferenceEquality") // what has not changed is the same
  synchronized Found of(Parts now) {
    PersistentMap<ChainId, List<ImageId>> having = images.of(now.contents());
    PersistentMap<ChainId, LayerRecord>.Editor editor = records.edit();
    for (ChainId layer : now.changesSince(last)) {
      Optional<LayerRecord> record =
          now.layers().containsKey(layer)
              ? record(layer, having.getOrDefault(layer, List.of()), now)
              : Optional.empty();
      record.ifPresentOrElse(it -> editor.put(layer, it), () -> editor.remove(layer));
    }
    last = now;
    records = editor.done();
    PersistentMap<Digest, LayerRecord.Blob> found = blobs.of(now.named());
    if (found != lastBlobs) {
      lastBlobs = found;
      all = List.copyOf(found.values());
    }
    return new Found(records, all);
  }

  private static List<ChainId> chains(@Nullable ImageContent content) {
    return manifests(content).flatMap(manifest -> manifest.chain().stream()).distinct().toList();
  }

  private static Stream<Manifest> manifests(@Nullable ImageContent content) {
    return content == null ? Stream.empty() : content.manifests().stream().filter(Manifest::runs);
  }

  /// Whether it says which blob is of which layer.
  private static boolean isClear(Manifest manifest) {
    return manifest.chain().size() == manifest.layers().size();
  }

  private Optional<LayerRecord> record(ChainId layer, List<ImageId> having, Parts now) {
    Map<Digest, LayerRecord.Blob> found = new HashMap<>();
    Optional<LayerRecord> none = Optional.empty();
    for (ImageId image : having) {
      for (Manifest manifest : manifests(now.contents().get(image)).toList()) {
        int height = manifest.chain().indexOf(layer);
        if (height >= 0) {
          LayerRecord record =
              isClear(manifest)
                  ? record(manifest.layers().get(height), now)
                  : new LayerRecord.None("its manifest has another number of layers");
          if (record instanceof LayerRecord.Blob blob) {
            found.put(blob.digest(), blob);
          } else if (none.isEmpty()) {
            none = Optional.of(record);
          }
        }
      }
    }
    return found.isEmpty() ? none : Optional.of(withTwins(found.values(), now));
  }

  private static LayerRecord withTwins(Collection<LayerRecord.Blob> all, Parts now) {
    List<LayerRecord.Blob> byAge =
        all.stream()
            .sorted(
                comparingLong((LayerRecord.Blob blob) -> createdSeconds(blob, now))
                    .thenComparing(LayerRecord.Blob::digest))
            .toList();
    LayerRecord.Blob first = byAge.getFirst();
    return new LayerRecord.Blob(
        first.digest(),
        first.path(),
        first.sizeBytes(),
        first.stamp(),
        byAge.subList(1, byAge.size()));
  }

  private static long createdSeconds(LayerRecord.Blob blob, Parts now) {
    return requireNonNull(now.named().get(blob.digest())).createdSeconds();
  }

  private LayerRecord record(Digest digest, Parts now) {
    if (!UNPACKING.contains(layout.snapshotter())) {
      return new LayerRecord.None("its snapshotter does not keep files as they are in its blob");
    }
    @Nullable NamedBlob blob = now.named().get(digest);
    if (blob == null) {
      return new LayerRecord.None("its blob belongs to the store of another snapshotter");
    }
    if (!blob.isRecorded()) {
      return new LayerRecord.None("its blob was not fetched, or containerd has dropped it");
    }
    return record(blob);
  }

  private LayerRecord record(NamedBlob blob) {
    Digest digest = blob.digest();
    return switch (blob.file()) {
      case BlobFile.Present(long found, _, long stamp) ->
          found == blob.recordedBytes().orElse(found)
              ? new LayerRecord.Blob(digest, layout.blob(digest), found, stamp, List.of())
              : new LayerRecord.None("its blob does not have the recorded size");
      case BlobFile.Absent _, BlobFile.Foreign _ -> new LayerRecord.None("its blob is missing");
      case BlobFile.Unseen _ -> new LayerRecord.None("its blob cannot be seen");
    };
  }
}
