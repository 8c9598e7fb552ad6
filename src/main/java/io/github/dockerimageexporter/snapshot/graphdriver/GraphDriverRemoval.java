package io.github.dockerimageexporter.snapshot.graphdriver;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.Removal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What Docker would delete if an image were removed with all its names.
///
/// | an image is deleted   | if                                                           |
/// |-----------------------|--------------------------------------------------------------|
/// | the one to remove     | no image has it as its parent, and no container uses it      |
/// | its parent, and so on | the same, and no reference names it                          |
///
/// A layer goes with the last of: an image that contains it, a mount or layer that stands on it,
/// and BuildKit's cache.
///
/// Source: moby, `daemon/images/image_delete.go`, `daemon/internal/layer/layer_store.go`.
final class GraphDriverRemoval implements Removal {
  private static final Set<Need> NEEDS =
      EnumSet.of(
          Need.REFERENCE_NAMES,
          Need.IMAGES,
          Need.METADATA,
          Need.LAYERS,
          Need.MOUNTS,
          Need.CONTAINERS,
          Need.BUILD_CACHE);

  private final GraphDriverSnapshot store;
  private final LayerGraph graph;
  private final Intermediates intermediates;
  private final DiskBytes diskBytes;
  private final Map<ImageId, Integer> children = new HashMap<>();
  private final Set<ImageId> used = new HashSet<>();
  private final Set<ChainId> held = new HashSet<>();
  private final boolean known;

  GraphDriverRemoval(
      GraphDriverSnapshot store,
      LayerGraph graph,
      Intermediates intermediates,
      DiskBytes diskBytes) {
    this.store = store;
    this.graph = graph;
    this.intermediates = intermediates;
    this.diskBytes = diskBytes;
    this.known = isKnown(store);
    for (Image image : store.images().values()) {
      image.parent().ifPresent(parent -> children.merge(parent, 1, Integer::sum));
    }
    store.containers().forEach(container -> used.add(container.imageId()));
    store.mounts().values().forEach(mount -> mount.parent().ifPresent(held::add));
    store.cachedLayers().ifPresent(held::addAll);
  }

  /// Whether everything is known that can keep an image or a layer.
  private static boolean isKnown(GraphDriverSnapshot store) {
    return Collections.disjoint(store.unmet(), NEEDS)
        && store.cachedLayers().isPresent()
        && store.invalidImages().isEmpty()
        && store.invalidLayers().isEmpty()
        && store.invalidMounts().isEmpty();
  }

  @Override
  public OptionalLong freedBytes(Image image) {
    if (!known) {
      return OptionalLong.empty();
    }
    long bytes = 0;
    for (ChainId layer : layersOf(deletedWith(image))) {
      LayerDirectory directory = store.layerDirectories().get(layer);
      OptionalLong own = directory == null ? OptionalLong.empty() : diskBytes.of(directory.path());
      if (own.isEmpty()) {
        return own;
      }
      bytes += own.getAsLong();
    }
    return OptionalLong.of(bytes);
  }

  /// `image` and those of its parents that are deleted with it; none if Docker refuses.
  private List<Image> deletedWith(Image image) {
    var deleted = new ArrayList<Image>();
    @Nullable Image next = image;
    while (next != null && isDeletable(next, deleted.isEmpty())) {
      deleted.add(next);
      next = next.parent().map(store.images()::get).orElse(null);
    }
    return deleted;
  }

  /// Whether nothing keeps `image`: neither a container, nor an image but the one that was deleted
  /// just before, whose parent it is.
  private boolean isDeletable(Image image, boolean first) {
    return children.getOrDefault(image.id(), 0) == (first ? 0 : 1)
        && !used.contains(image.id())
        && (first || !intermediates.isReferenced(image.id()));
  }

  /// The layers that go with the last of `images`, those that stand on others decided first.
  private Set<ChainId> layersOf(List<Image> images) {
    Set<ImageId> ids = images.stream().map(Image::id).collect(toSet());
    int highest =
        images.stream().mapToInt(image -> image.rootFs().diffIds().size()).max().orElse(0);
    var freed = new HashSet<ChainId>();
    for (int height = highest; height > 0; height--) {
      for (Image image : images) {
        List<ChainId> chain = image.rootFs().chainIds();
        if (chain.size() >= height && isFreed(chain.get(height - 1), ids, freed)) {
          freed.add(chain.get(height - 1));
        }
      }
    }
    return freed;
  }

  /// Whether nothing but `images` and the layers of `freed` needs `layer`.
  private boolean isFreed(ChainId layer, Set<ImageId> images, Set<ChainId> freed) {
    List<ImageId> users = graph.imagesOf(layer);
    return users.size() <= images.size()
        && images.containsAll(users)
        && !held.contains(layer)
        && freed.containsAll(graph.childrenOf(layer));
  }
}
