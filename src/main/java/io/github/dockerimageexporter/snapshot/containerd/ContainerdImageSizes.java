package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Manifest;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
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
  private final ContentUses.Counts uses;
  private final Map<ImageId, Sums> sums = new HashMap<>();
  private final Map<ChainId, Long> sharedSnapshots = new HashMap<>();
  private final Map<ChainId, Long> sharedChains = new HashMap<>();

  /// What one image takes.
  private record Sums(long content, long unpacked, long shared) {
    long size() {
      return content + unpacked;
    }

    long unique() {
      return size() - shared;
    }
  }

  ContainerdImageSizes(ContainerdSnapshot store, Intermediates intermediates) {
    this.store = store;
    this.unmet = store.unmet();
    this.intermediates = intermediates;
    this.uses = store.uses().without(intermediates.hidden());
  }

  @Override
  public OptionalLong sizeOf(Image image) {
    return figure(Need.LAYER_LIST, sumsOf(image).size());
  }

  @Override
  public OptionalLong contentSizeOf(Image image) {
    return figure(Need.IMAGES, sumsOf(image).content());
  }

  @Override
  public OptionalLong unpackedSizeOf(Image image) {
    return figure(Need.LAYER_LIST, sumsOf(image).unpacked());
  }

  @Override
  public OptionalLong sharedSizeOf(Image image) {
    return figure(Need.LAYER_LIST, sumsOf(image).shared());
  }

  @Override
  public OptionalLong uniqueSizeOf(Image image) {
    return figure(Need.LAYER_LIST, sumsOf(image).unique());
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
    Map<ImageId, Long> run = store.containersByImage();
    return unmet.contains(Need.CONTAINERS) || !intermediates.areKnown()
        ? OptionalLong.empty()
        : figure(
            Need.LAYER_LIST,
            listed()
                .filter(image -> hasPlatform(image) && !run.containsKey(image.id()))
                .mapToLong(image -> sumsOf(image).unique())
                .sum());
  }

  private OptionalLong figure(Need need, long bytes) {
    return unmet.contains(need) ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  private boolean hasPlatform(Image image) {
    return manifestsOf(image).stream().anyMatch(Manifest::runs);
  }

  private Stream<Image> listed() {
    return store.images().values().stream().filter(image -> !intermediates.contains(image.id()));
  }

  private List<Manifest> manifestsOf(Image image) {
    @Nullable ImageContent content = store.contents().get(image.id());
    return content == null ? List.of() : content.manifests();
  }

  private Sums sumsOf(Image image) {
    return sums.computeIfAbsent(image.id(), _ -> sum(manifestsOf(image)));
  }

  private Sums sum(List<Manifest> manifests) {
    long content = 0;
    long unpacked = 0;
    long shared = 0;
    var sharedBlobs = new HashSet<Digest>();
    for (Manifest manifest : manifests) {
      for (Sized blob : manifest.content()) {
        content += blob.sizeBytes();
        boolean counts =
            isShared(uses.blobs().get(blob.digest())) && sharedBlobs.add(blob.digest());
        shared += counts ? blob.sizeBytes() : 0;
      }
      for (ChainId chain : manifest.chain()) {
        shared += isShared(uses.chains().get(chain)) ? sharedBytes(chain) : 0;
      }
      unpacked += manifest.chain().isEmpty() ? 0 : unpackedBytes(manifest.chain().getLast());
    }
    return new Sums(content, unpacked, shared);
  }

  private long unpackedBytes(ChainId top) {
    return isShared(uses.chains().get(top))
        ? sharedChains.computeIfAbsent(top, this::chainBytes)
        : chainBytes(top);
  }

  private static boolean isShared(@Nullable Integer uses) {
    return uses != null && uses > 1;
  }

  private long sharedBytes(ChainId chain) {
    return sharedSnapshots.computeIfAbsent(chain, _ -> recordedBytes(chain));
  }

  private long recordedBytes(ChainId chain) {
    @Nullable SnapshotRecord snapshot = store.snapshots().get(chain.toString());
    return snapshot == null ? 0 : snapshot.sizeBytes().orElse(0);
  }

  /// The recorded sizes of the snapshot `top` and all below it, those of commits included; nothing
  /// if one of them is not there.
  private long chainBytes(ChainId top) {
    var seen = new HashSet<String>();
    long bytes = 0;
    @Nullable String key = top.toString();
    while (key != null && seen.add(key)) {
      @Nullable SnapshotRecord snapshot = store.snapshots().get(key);
      if (snapshot == null || snapshot.sizeBytes().isEmpty()) {
        return 0;
      }
      bytes += snapshot.sizeBytes().getAsLong();
      key = snapshot.parent().orElse(null);
    }
    return bytes;
  }

  private long snapshotsBelowImages() {
    var seen = new HashSet<String>();
    long bytes = 0;
    for (ImageContent content : store.contents().values()) {
      for (Manifest manifest : content.manifests()) {
        if (!manifest.chain().isEmpty()) {
          bytes += bytesOfNew(manifest.chain().getLast(), seen);
        }
      }
    }
    return bytes;
  }

  /// Of the snapshot `top` and those below it, down to the first that was seen or has no size.
  private long bytesOfNew(ChainId top, Set<String> seen) {
    long bytes = 0;
    @Nullable String key = top.toString();
    while (key != null) {
      @Nullable SnapshotRecord snapshot = store.snapshots().get(key);
      if (snapshot == null || snapshot.sizeBytes().isEmpty() || !seen.add(key)) {
        return bytes;
      }
      bytes += snapshot.sizeBytes().getAsLong();
      key = snapshot.parent().orElse(null);
    }
    return bytes;
  }

  /// Each blob once. What one image alone has is remembered only while that image is counted; in a
  /// large store that is most.
  private long blobsOfImages() {
    Map<Digest, Integer> listed = uses.blobs();
    var own = new HashSet<Digest>();
    var others = new HashSet<Digest>();
    Predicate<Digest> isNewOfListed = blob -> (isShared(listed.get(blob)) ? others : own).add(blob);
    Predicate<Digest> isNewOfOthers = blob -> !listed.containsKey(blob) && others.add(blob);
    long bytes = 0;
    for (Map.Entry<ImageId, ImageContent> image : store.contents().entrySet()) {
      own.clear();
      bytes += bytesOf(image.getValue().indexes(), isNewOfOthers);
      boolean isHidden = intermediates.contains(image.getKey());
      for (Manifest manifest : image.getValue().manifests()) {
        bytes += bytesOf(manifest.content(), isHidden ? isNewOfOthers : isNewOfListed);
      }
    }
    return bytes;
  }

  private static long bytesOf(List<Sized> blobs, Predicate<Digest> wanted) {
    long bytes = 0;
    for (Sized blob : blobs) {
      bytes += wanted.test(blob.digest()) ? blob.sizeBytes() : 0;
    }
    return bytes;
  }
}
