package io.github.dockerimageexporter.snapshot.containerd;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Manifest;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What Docker itself says of images in containerd's store, by the rules of 29.6 and later.
///
/// | figure      | rule                                                                       |
/// |-------------|----------------------------------------------------------------------------|
/// | content     | of every manifest that the target names: the blobs that are here           |
/// | unpacked    | of every such manifest: the snapshots of its chain, none if one is missing |
/// | size        | both; the index itself is not counted                                      |
/// | shared size | snapshots of chain IDs that occur more than once, blobs that more than one |
/// |             | image has                                                                  |
/// | hidden      | no name, and some image's parent: an intermediate of a build               |
/// | total       | snapshots below any image and blobs of any, each once, indexes included    |
/// | reclaimable | size less shared size of every listed image that no container uses         |
///
/// A manifest or layer that is named twice counts twice, as it does there.
///
/// Source: moby 29.7, `daemon/containerd/{image_list,service}.go`, `daemon/disk_usage.go`.
///
/// For one thread: what was summed up for one figure is kept for the next.
final class ContainerdImageSizes implements ImageSizes {
  private final ContainerdSnapshot store;
  private final Set<Need> unmet;
  private final Intermediates intermediates;
  private final Map<ImageId, Long> containers;
  private final Map<ChainId, Integer> chainUses = new HashMap<>();
  private final Map<Digest, Integer> blobUses = new HashMap<>();
  private final Map<ChainId, Long> chainBytes = new HashMap<>();
  private final Map<ImageId, Long> sharedBytes = new HashMap<>();

  ContainerdImageSizes(ContainerdSnapshot store, Intermediates intermediates) {
    this.store = store;
    this.unmet = store.unmet();
    this.intermediates = intermediates;
    this.containers = store.containersByImage();
    listed()
        .forEach(
            image -> {
              chainsOf(image).forEach(chain -> chainUses.merge(chain, 1, Integer::sum));
              blobsOf(image).keySet().forEach(blob -> blobUses.merge(blob, 1, Integer::sum));
            });
  }

  @Override
  public OptionalLong sizeOf(Image image) {
    return figure(Need.LAYER_LIST, contentBytes(image) + unpackedBytes(image));
  }

  @Override
  public OptionalLong contentSizeOf(Image image) {
    return figure(Need.IMAGES, contentBytes(image));
  }

  @Override
  public OptionalLong unpackedSizeOf(Image image) {
    return figure(Need.LAYER_LIST, unpackedBytes(image));
  }

  @Override
  public OptionalLong sharedSizeOf(Image image) {
    return figure(
        Need.LAYER_LIST, sharedBytes.computeIfAbsent(image.id(), _ -> sharedBytes(image)));
  }

  @Override
  public OptionalLong uniqueSizeOf(Image image) {
    return figure(Need.LAYER_LIST, uniqueBytes(image));
  }

  @Override
  public OptionalLong dangling() {
    return intermediates.areKnown()
        ? OptionalLong.of(listed().filter(image -> !intermediates.isReferenced(image.id())).count())
        : OptionalLong.empty();
  }

  @Override
  public OptionalLong total() {
    return figure(Need.LAYER_LIST, snapshotsBelowImages() + blobsOfImages());
  }

  @Override
  public OptionalLong reclaimable() {
    return unmet.contains(Need.CONTAINERS) || !intermediates.areKnown()
        ? OptionalLong.empty()
        : figure(
            Need.LAYER_LIST,
            listed()
                .filter(image -> hasPlatform(image) && isUnused(image))
                .mapToLong(this::uniqueBytes)
                .sum());
  }

  private OptionalLong figure(Need need, long bytes) {
    return unmet.contains(need) ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private boolean hasPlatform(Image image) {
    return manifestsOf(image).stream().anyMatch(Manifest::runs);
  }

  private boolean isUnused(Image image) {
    return containers.getOrDefault(image.id(), 0L) == 0;
  }

  private Stream<Image> listed() {
    return store.images().values().stream().filter(image -> !intermediates.contains(image.id()));
  }

  private List<Manifest> manifestsOf(Image image) {
    @Nullable ImageContent content = store.contents().get(image.id());
    return content == null ? List.of() : content.manifests();
  }

  private Stream<ChainId> chainsOf(Image image) {
    return manifestsOf(image).stream().flatMap(manifest -> manifest.chain().stream());
  }

  private Map<Digest, Long> blobsOf(Image image) {
    var blobs = new HashMap<Digest, Long>();
    manifestsOf(image).stream()
        .flatMap(manifest -> manifest.content().stream())
        .forEach(blob -> blobs.putIfAbsent(blob.digest(), blob.sizeBytes()));
    return blobs;
  }

  private long contentBytes(Image image) {
    return manifestsOf(image).stream().mapToLong(Manifest::contentBytes).sum();
  }

  private long unpackedBytes(Image image) {
    return manifestsOf(image).stream()
        .filter(manifest -> !manifest.chain().isEmpty())
        .mapToLong(
            manifest -> chainBytes.computeIfAbsent(manifest.chain().getLast(), this::chainBytes))
        .sum();
  }

  private long uniqueBytes(Image image) {
    return contentBytes(image)
        + unpackedBytes(image)
        - sharedBytes.computeIfAbsent(image.id(), _ -> sharedBytes(image));
  }

  private long sharedBytes(Image image) {
    long chains =
        chainsOf(image)
            .filter(chain -> chainUses.getOrDefault(chain, 0) > 1)
            .mapToLong(chain -> snapshotBytes(chain.toString()).orElse(0))
            .sum();
    long blobs =
        blobsOf(image).entrySet().stream()
            .filter(blob -> blobUses.getOrDefault(blob.getKey(), 0) > 1)
            .mapToLong(Map.Entry::getValue)
            .sum();
    return chains + blobs;
  }

  private OptionalLong snapshotBytes(String key) {
    @Nullable SnapshotRecord snapshot = store.snapshots().get(key);
    return snapshot == null ? OptionalLong.empty() : snapshot.sizeBytes();
  }

  /// The recorded sizes of the snapshot `top` and all below it, those of commits included; nothing
  /// if one of them is not there.
  private long chainBytes(ChainId top) {
    var seen = new HashSet<String>();
    long bytes = 0;
    @Nullable String key = top.toString();
    while (key != null && seen.add(key)) {
      OptionalLong own = snapshotBytes(key);
      if (own.isEmpty()) {
        return 0;
      }
      bytes += own.getAsLong();
      key = parentOf(key);
    }
    return bytes;
  }

  private long snapshotsBelowImages() {
    var seen = new HashSet<String>();
    long bytes = 0;
    for (ImageContent content : store.contents().values()) {
      for (Manifest manifest : content.manifests()) {
        @Nullable String key =
            manifest.chain().isEmpty() ? null : manifest.chain().getLast().toString();
        while (key != null && snapshotBytes(key).isPresent() && seen.add(key)) {
          bytes += snapshotBytes(key).orElse(0);
          key = parentOf(key);
        }
      }
    }
    return bytes;
  }

  private long blobsOfImages() {
    Set<Sized> blobs =
        store.contents().values().stream()
            .flatMap(
                content ->
                    Stream.concat(
                        content.indexes().stream(),
                        content.manifests().stream()
                            .map(Manifest::content)
                            .flatMap(Collection::stream)))
            .collect(toSet());
    var seen = new HashSet<Digest>();
    return blobs.stream().filter(blob -> seen.add(blob.digest())).mapToLong(Sized::sizeBytes).sum();
  }

  private @Nullable String parentOf(String key) {
    @Nullable SnapshotRecord snapshot = store.snapshots().get(key);
    return snapshot == null ? null : snapshot.parent().orElse(null);
  }
}
