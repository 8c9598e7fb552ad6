package io.github.dockerimageexporter.snapshot.graphdriver;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.Need;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// What Docker itself says of images in the store of a graph driver.
///
/// | figure      | rule                                                                       |
/// |-------------|----------------------------------------------------------------------------|
/// | size        | recorded sizes of all layers of the chain                                  |
/// | shared size | of those layers that are in more than one image, hidden ones included      |
/// | hidden      | an intermediate of a build ([Intermediates])                               |
/// | dangling    | no reference, and no image's parent                                        |
/// | total       | each layer of an image that is not hidden, once                            |
/// | reclaimable | size less shared size of every image that is not hidden and has no container |
///
/// Source: moby 29.x, `daemon/images/image_list.go`, `daemon/disk_usage.go`; figures that older
/// engines compute otherwise are as in 23.0 and later.
///
/// For one thread: what was summed up for one figure is kept for the next.
final class GraphDriverImageSizes implements ImageSizes {
  private final GraphDriverSnapshot store;
  private final LayerGraph graph;
  private final Set<Need> unmet;
  private final Intermediates intermediates;
  private final Map<ImageId, Optional<Sums>> sums = new HashMap<>();
  private Optional<OptionalLong> total = Optional.empty();

  /// The sums over the layers of one image.
  private record Sums(long size, long shared) {}

  GraphDriverImageSizes(GraphDriverSnapshot store, LayerGraph graph, Intermediates intermediates) {
    this.store = store;
    this.graph = graph;
    this.unmet = store.unmet();
    this.intermediates = intermediates;
  }

  /// The size of `image`; empty if the layer store lacks a layer of its chain.
  @Override
  public OptionalLong sizeOf(Image image) {
    return sumsOf(image).map(sums -> OptionalLong.of(sums.size())).orElse(OptionalLong.empty());
  }

  /// The shared size of `image`; empty if the layer store lacks a layer of its chain, or if not
  /// every image can be asked for its layers.
  @Override
  public OptionalLong sharedSizeOf(Image image) {
    return ifImagesKnown(image, Sums::shared);
  }

  /// What `image` alone takes; empty where [#sharedSizeOf] is.
  @Override
  public OptionalLong uniqueSizeOf(Image image) {
    return ifImagesKnown(image, sums -> sums.size() - sums.shared());
  }

  private OptionalLong ifImagesKnown(Image image, ToLongFunction<Sums> figure) {
    return sees(Need.IMAGES)
        ? sumsOf(image).map(figure::applyAsLong).map(OptionalLong::of).orElse(OptionalLong.empty())
        : OptionalLong.empty();
  }

  /// Images that have no name and are no image's parent; empty if not all of that could be read.
  @Override
  public OptionalLong dangling() {
    return intermediates.areKnown()
        ? OptionalLong.of(
            store.images().keySet().stream()
                .filter(image -> !intermediates.isReferenced(image))
                .filter(image -> !intermediates.contains(image))
                .count())
        : OptionalLong.empty();
  }

  /// The total; empty if an image or a layer of one could not be read.
  @Override
  public OptionalLong total() {
    OptionalLong sum = total.orElseGet(this::sumOfAll);
    total = Optional.of(sum);
    return sum;
  }

  private OptionalLong sumOfAll() {
    if (!intermediates.areKnown() || !sees(Need.LAYER_LIST) || hasUnreadableLayer()) {
      return OptionalLong.empty();
    }
    long bytes = 0;
    for (Layer layer : store.layers().values()) {
      bytes += isAnyListed(graph.imagesOf(layer.chainId())) ? layer.sizeBytes() : 0;
    }
    return OptionalLong.of(bytes);
  }

  /// Whether a layer could not be read that an image has which Docker lists.
  private boolean hasUnreadableLayer() {
    return store.unreadable().layers().stream()
        .anyMatch(layer -> isAnyListed(graph.imagesOf(layer)));
  }

  private boolean isAnyListed(List<ImageId> images) {
    for (ImageId image : images) {
      if (!intermediates.contains(image)) {
        return true;
      }
    }
    return false;
  }

  /// What is reclaimable; empty if an image, a container or a layer of an image could not be read.
  @Override
  public OptionalLong reclaimable() {
    if (total().isEmpty() || !sees(Need.CONTAINERS)) {
      return OptionalLong.empty();
    }
    Set<ImageId> used = new HashSet<>();
    store.containers().forEach(container -> used.add(container.imageId()));
    return OptionalLong.of(
        listed()
            .filter(image -> !used.contains(image.id()))
            .mapToLong(image -> uniqueSizeOf(image).orElse(0))
            .sum());
  }

  private Stream<Image> listed() {
    return store.images().values().stream().filter(image -> !intermediates.contains(image.id()));
  }

  private boolean sees(Need need) {
    return !unmet.contains(need);
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
}
