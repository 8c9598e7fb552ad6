package io.github.dockerimageexporter.model;

import static java.util.stream.Collectors.toSet;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/// What Docker itself says of images: their sizes, and which of them it lists.
///
/// | figure      | rule                                                                       |
/// |-------------|----------------------------------------------------------------------------|
/// | size        | recorded sizes of all layers of the chain                                  |
/// | shared size | of those layers that are in more than one image, hidden ones included      |
/// | hidden      | no reference, and some image's parent: an intermediate of a build          |
/// | dangling    | no reference, and no image's parent                                        |
/// | total       | each layer of an image that is not hidden, once                            |
/// | reclaimable | size less shared size of every image that is not hidden and has no container |
///
/// Source: moby 29.x, `daemon/images/image_list.go`, `daemon/disk_usage.go`; figures that older
/// engines compute otherwise are as in 23.0 and later.
///
/// For one thread: what was summed up for one figure is kept for the next.
public final class ImageSizes {
  private final StoreSnapshot store;
  private final LayerGraph graph;
  private final Set<ImageId> referenced;
  private final Set<ImageId> parents;
  private final Map<ImageId, Optional<Sums>> sums = new HashMap<>();

  /// The sums over the layers of one image.
  private record Sums(long size, long shared) {}

  public ImageSizes(StoreSnapshot store, LayerGraph graph) {
    this.store = store;
    this.graph = graph;
    this.referenced =
        store.references().stream()
            .map(Reference::imageId)
            .flatMap(Optional::stream)
            .collect(toSet());
    this.parents =
        store.images().values().stream()
            .map(Image::parent)
            .flatMap(Optional::stream)
            .collect(toSet());
  }

  /// The size of `image`; empty if the layer store lacks a layer of its chain.
  public OptionalLong sizeOf(Image image) {
    return sumsOf(image).map(sums -> OptionalLong.of(sums.size())).orElse(OptionalLong.empty());
  }

  /// The shared size of `image`; empty if the layer store lacks a layer of its chain.
  public OptionalLong sharedSizeOf(Image image) {
    return sumsOf(image).map(sums -> OptionalLong.of(sums.shared())).orElse(OptionalLong.empty());
  }

  /// What `image` alone takes; empty if the layer store lacks a layer of its chain.
  public OptionalLong uniqueSizeOf(Image image) {
    return sumsOf(image)
        .map(sums -> OptionalLong.of(sums.size() - sums.shared()))
        .orElse(OptionalLong.empty());
  }

  public boolean isDangling(Image image) {
    return !referenced.contains(image.id()) && !parents.contains(image.id());
  }

  public boolean isHidden(Image image) {
    return !referenced.contains(image.id()) && parents.contains(image.id());
  }

  public long total() {
    return sum(listed().flatMap(image -> image.rootFs().chainIds().stream()).distinct());
  }

  public long reclaimable() {
    Set<ImageId> used = new HashSet<>();
    store.containers().forEach(container -> used.add(container.imageId()));
    return listed()
        .filter(image -> !used.contains(image.id()))
        .mapToLong(image -> uniqueSizeOf(image).orElse(0))
        .sum();
  }

  private Stream<Image> listed() {
    return store.images().values().stream().filter(image -> !isHidden(image));
  }

  private Optional<Sums> sumsOf(Image image) {
    return sums.computeIfAbsent(image.id(), _ -> sum(image.rootFs().chainIds()));
  }

  /// Empty if the layer store lacks one of `chain`.
  private Optional<Sums> sum(List<ChainId> chain) {
    long size = 0;
    long shared = 0;
    for (ChainId layer : chain) {
      Layer record = store.layers().get(layer);
      if (record == null) {
        return Optional.empty();
      }
      size += record.sizeBytes();
      shared += isShared(layer) ? record.sizeBytes() : 0;
    }
    return Optional.of(new Sums(size, shared));
  }

  private boolean isShared(ChainId layer) {
    return graph.imagesOf(layer).size() > 1;
  }

  /// The recorded sizes of `chain`'s layers, without those that are not in the layer store.
  private long sum(Stream<ChainId> chain) {
    Map<ChainId, Layer> layers = store.layers();
    return chain.map(layers::get).mapToLong(layer -> layer == null ? 0 : layer.sizeBytes()).sum();
  }
}
