package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidContainer;
import io.github.dockerimageexporter.model.InvalidImage;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.snapshot.DriverDirectory.Owner;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.InvalidMount;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import io.github.dockerimageexporter.snapshot.graphdriver.TarSplitFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One graph driver's image store, as one pass over its files found it.
///
/// Maps and lists are sorted by name, so that everything derived from them has a stable order.
///
/// @param layout where its files are
/// @param use whether dockerd uses it
/// @param images those whose configuration could be parsed
/// @param invalidReferences why `repositories.json` could not be understood, if so
/// @param invalidContainers those that Docker does not load and that have a mount here
/// @param layerDirectories where each layer's content is; nothing for a driver whose layout is not
///     known
/// @param overlayRecords what the driver says of each directory of a layer or mount, and of those
///     they stand on; nothing for a driver that stacks no directories
/// @param tarSplits of the layers that have one
/// @param driverDirectories every directory of the graph driver, layers' or not
/// @param cachedLayers the layers that BuildKit's cache holds; empty if they are not known
/// @param homeBytes what the graph driver's home takes on disk without those directories
/// @param leftovers what no image, layer or container answers for, however young
/// @param lastChange the newest change to any of its lists
public record StoreSnapshot(
    GraphDriverLayout layout,
    StoreUse use,
    Map<ImageId, Image> images,
    Map<ImageId, InvalidImage> invalidImages,
    Map<ChainId, Layer> layers,
    Map<ChainId, InvalidLayer> invalidLayers,
    Map<String, RwLayer> mounts,
    Map<String, InvalidMount> invalidMounts,
    List<Reference> references,
    Optional<String> invalidReferences,
    List<Container> containers,
    Map<String, InvalidContainer> invalidContainers,
    Map<ChainId, LayerDirectory> layerDirectories,
    Map<CacheId, OverlayRecord> overlayRecords,
    Map<ChainId, TarSplitFile> tarSplits,
    List<DriverDirectory> driverDirectories,
    Optional<Set<ChainId>> cachedLayers,
    long homeBytes,
    List<Leftover> leftovers,
    Unreadable unreadable,
    Optional<Instant> lastChange) {

  /// Whether `part` could be listed, so that what is not in it is not in the store.
  public boolean knows(StorePart part) {
    return !unreadable.parts().contains(part);
  }

  /// Whether every name, image and layer could be read, so that no chain is in doubt.
  public boolean knowsEveryChain() {
    return knows(StorePart.REFERENCES)
        && knows(StorePart.IMAGES)
        && knows(StorePart.LAYERS)
        && unreadable.images().isEmpty()
        && unreadable.layers().isEmpty()
        && seesDirectories()
        && layerDirectories.values().stream()
            .noneMatch(directory -> directory.content() == LayerDirectory.Content.UNREADABLE);
  }

  /// Whether the layers' directories could be listed, or are of a driver whose layout is not known,
  /// where nobody looks for any.
  public boolean seesDirectories() {
    return knows(StorePart.DIRECTORIES) || !unreadable.hasBelow(layout.driverHome());
  }

  /// Whether the image store has an entry for `id`, sound or not.
  public boolean hasImage(ImageId id) {
    return images.containsKey(id)
        || invalidImages.containsKey(id)
        || unreadable.images().contains(id);
  }

  /// Whether the layer store has a directory for `id`, sound or not.
  public boolean hasLayer(ChainId id) {
    return layers.containsKey(id)
        || invalidLayers.containsKey(id)
        || unreadable.layers().contains(id);
  }

  /// The same store, with those driver directories that are in `orphans` called so.
  public StoreSnapshot withOrphans(Set<Path> orphans) {
    return orphans.isEmpty()
        ? this
        : with(
            driverDirectories.stream()
                .map(each -> orphans.contains(each.path()) ? each.ownedBy(Owner.ORPHAN) : each)
                .toList(),
            unreadable);
  }

  /// The same store, with more that could not be read.
  ///
  /// @param reasons why, for each path relative to the data root
  public StoreSnapshot withUnreadable(Map<String, String> reasons) {
    return reasons.isEmpty() ? this : with(driverDirectories, unreadable.and(reasons));
  }

  private StoreSnapshot with(List<DriverDirectory> directories, Unreadable unread) {
    return new StoreSnapshot(
        layout,
        use,
        images,
        invalidImages,
        layers,
        invalidLayers,
        mounts,
        invalidMounts,
        references,
        invalidReferences,
        containers,
        invalidContainers,
        layerDirectories,
        overlayRecords,
        tarSplits,
        directories,
        cachedLayers,
        homeBytes,
        leftovers,
        unread,
        lastChange);
  }
}
