package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.Removal;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What containerd's garbage collection would remove if an image were removed with all its names:
/// blobs and snapshots, the compressed and the unpacked copy.
///
/// | what                  | goes                                                              |
/// |-----------------------|-------------------------------------------------------------------|
/// | the image             | unless a container uses it; one with a name that is a parent      |
/// |                       | stays, without the name                                           |
/// | its parent, and so on | unless the image is refused, up to the first that has a name or   |
/// |                       | that a container uses; other children do not matter. None if one  |
/// |                       | of them is gone already: Docker gives up then                     |
/// | a blob or snapshot    | with the last image that keeps it, unless a container, the build  |
/// |                       | cache or a lease keeps it too                                     |
/// | a blob's file         | with the last record of it in any namespace                       |
///
/// Source: containerd, `core/metadata/{gc,content}.go`; moby,
/// `daemon/containerd/image_{delete,children}.go`.
///
/// For one thread.
final class ContainerdRemoval implements Removal {
  /// More than any build has steps.
  private static final int MOST_PARENTS = 1000;

  private static final Set<Need> NEEDS =
      EnumSet.of(
          Need.REFERENCE_NAMES,
          Need.IMAGES,
          Need.LAYERS,
          Need.CONTAINERS,
          Need.BUILD_CACHE,
          Need.BLOBS);

  private final ContainerdSnapshot store;
  private final Intermediates intermediates;
  private final DiskBytes diskBytes;
  private final boolean known;
  private final Set<ImageId> parentIds = new HashSet<>();
  private final Map<ImageId, Long> containers;

  /// What nothing but one image keeps, by image; summed up for the first that is asked for.
  private @Nullable Map<ImageId, Sum> keptAlone;

  /// By how many images each node is kept, those of other stores in the namespace included; made
  /// for the first image that goes with others.
  private @Nullable Map<Node, Integer> keepers;

  ContainerdRemoval(ContainerdSnapshot store, Intermediates intermediates, DiskBytes diskBytes) {
    this.store = store;
    this.intermediates = intermediates;
    this.diskBytes = diskBytes;
    this.known = Collections.disjoint(store.unmet(), NEEDS);
    this.containers = store.containersByImage();
    for (Image image : store.images().values()) {
      image.parent().ifPresent(parentIds::add);
    }
  }

  @Override
  public OptionalLong freedBytes(Image image) {
    if (!known) {
      return OptionalLong.empty();
    }
    List<Image> removed = removedWith(image);
    if (removed.isEmpty()) {
      return OptionalLong.of(0);
    }
    return (removed.size() == 1 ? keptAloneBy(removed.getFirst()) : keptTogetherBy(removed))
        .toOptional();
  }

  private Sum keptAloneBy(Image image) {
    @Nullable Map<ImageId, Sum> sums = keptAlone;
    if (sums == null) {
      sums = sumsKeptAlone();
      keptAlone = sums;
    }
    return sums.getOrDefault(image.id(), new Sum());
  }

  private Map<ImageId, Sum> sumsKeptAlone() {
    var sums = new HashMap<ImageId, Sum>();
    store
        .graph()
        .kept()
        .forEach(
            (node, holders) -> {
              @Nullable ImageId image = holders.imageAlone();
              if (image != null) {
                add(node, sums.computeIfAbsent(image, _ -> new Sum()));
              }
            });
    return sums;
  }

  /// What nothing but these images keeps.
  private Sum keptTogetherBy(List<Image> images) {
    Map<Node, Integer> losses = new HashMap<>();
    for (Image removed : images) {
      store.graph().keptBy(removed.id()).forEach(node -> losses.merge(node, 1, Integer::sum));
    }
    @Nullable Map<Node, Integer> known = keepers;
    Map<Node, Integer> all = known == null ? keepersOfAll() : known;
    keepers = all;
    var sum = new Sum();
    losses.forEach(
        (node, lost) -> {
          if (!store.graph().isKeptWithoutImages(node) && lost >= all.getOrDefault(node, 0)) {
            add(node, sum);
          }
        });
    return sum;
  }

  private Map<Node, Integer> keepersOfAll() {
    var counts = new HashMap<Node, Integer>();
    for (ImageId image : Set.copyOf(store.graph().images().values())) {
      store.graph().keptBy(image).forEach(node -> counts.merge(node, 1, Integer::sum));
    }
    return counts;
  }

  private List<Image> removedWith(Image image) {
    if (isUsed(image)) {
      return List.of();
    }
    Stream<Image> parents =
        parents(image).stream()
            .takeWhile(it -> !intermediates.isReferenced(it.id()) && !isUsed(it));
    boolean staysAsParent =
        intermediates.isReferenced(image.id()) && parentIds.contains(image.id());
    return Stream.concat(staysAsParent ? Stream.empty() : Stream.of(image), parents).toList();
  }

  /// All parents of `image`, the next first; none if one of them is gone, or there is no end.
  private List<Image> parents(Image image) {
    var line = new LinkedHashMap<ImageId, Image>();
    @Nullable Image next = image;
    while (next != null) {
      if (store.parentsGone().contains(next.id())
          || line.size() > MOST_PARENTS
          || line.putIfAbsent(next.id(), next) != null) {
        return List.of();
      }
      next = next.parent().map(store.images()::get).orElse(null);
    }
    return line.values().stream().skip(1).toList();
  }

  private boolean isUsed(Image image) {
    return containers.getOrDefault(image.id(), 0L) > 0;
  }

  private void add(Node node, Sum sum) {
    switch (node) {
      case Node.Blob(Digest digest) -> {
        if (!store.foreignBlobs().contains(digest)) {
          sum.add(store.blobBytes().getOrDefault(digest, 0L));
        }
      }
      case Node.Snapshot(String key) -> {
        @Nullable Path directory = store.snapshotDirectories().get(key);
        if (directory != null) {
          sum.add(diskBytes.of(directory));
        }
      }
      case Node.Other _ -> {}
    }
  }

  /// Bytes, unless some of them are not known.
  private static final class Sum {
    private long bytes;
    private boolean isKnown = true;

    void add(long more) {
      bytes += more;
    }

    void add(OptionalLong more) {
      bytes += more.orElse(0);
      isKnown &= more.isPresent();
    }

    OptionalLong toOptional() {
      return isKnown ? OptionalLong.of(bytes) : OptionalLong.empty();
    }
  }
}
