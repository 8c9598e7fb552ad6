package io.github.dockerimageexporter.snapshot;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

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
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.Removal.DiskBytes;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// One image store, as one pass over its files found it: what a store of every kind has.
///
/// Maps and lists are sorted by name, so that everything derived from them has a stable order. An
/// implementation is immutable.
public interface StoreSnapshot {

  /// The value of the `driver` label: the name of the storage driver, with that of a remapped root.
  String driver();

  /// The namespace of containerd whose images these are, if the store is one of containerd's: the
  /// value of the `containerd_namespace` label.
  default Optional<String> containerdNamespace() {
    return Optional.empty();
  }

  /// Whether Docker keeps its images here, so that its commands show them.
  default boolean isDockers() {
    return true;
  }

  /// What a person calls the store: its driver, and the namespace of containerd.
  default String name() {
    return containerdNamespace().map(namespace -> driver() + " in " + namespace).orElse(driver());
  }

  /// Whether dockerd uses it.
  StoreUse use();

  RecordPaths paths();

  /// Those whose configuration could be parsed.
  PersistentMap<ImageId, Image> images();

  Map<ImageId, InvalidImage> invalidImages();

  PersistentMap<ChainId, Layer> layers();

  Map<ChainId, InvalidLayer> invalidLayers();

  /// Whether Docker can make `layer` again from what is in the store.
  default boolean canRestore(ChainId layer) {
    return false;
  }

  /// The most layers that Docker stacks in a store of this kind.
  int maxDepth();

  List<Reference> references();

  /// Why the record of the references could not be understood, if so.
  Optional<String> invalidReferences();

  List<Container> containers();

  /// How many containers were made from each image; those that are not in it have none.
  default Map<ImageId, Long> containersByImage() {
    return containers().stream().collect(groupingBy(Container::imageId, counting()));
  }

  /// Those that Docker does not load and that have a mount here.
  Map<String, InvalidContainer> invalidContainers();

  /// How many writable layers of containers and the like there are, sound or not.
  long mountCount();

  /// Where each layer's content is; nothing where the layout of the directories is not known.
  PersistentMap<ChainId, LayerDirectory> layerDirectories();

  /// The directory that takes a container's writes, by the container's ID; of those that have one.
  Map<String, Path> writableLayers();

  /// Every directory of the store, layers' or not, by its path.
  PersistentMap<Path, StoreDirectory> directories();

  /// What can own a directory in a store of this kind.
  Set<StoreDirectory.Owner> owners();

  /// The compressed copies of layers and the small documents of images, by owner, where the store
  /// keeps such.
  default Map<BlobOwner, BlobTally> blobs() {
    return Map.of();
  }

  /// What nothing in the store answers for, however young.
  default List<Leftover> leftovers() {
    return List.of();
  }

  /// Whether layers are recorded, and there is no directory that could be one's or a container's.
  boolean lacksAllContent();

  /// Whether Docker runs an image of which two layers name one directory.
  default boolean runsOnSharedDirectories() {
    return true;
  }

  /// What is allocated where these directories are, and is in none of them.
  long bytesOutsideDirectories();

  /// Whether a layer's directory holds that layer's own files, not those of the layers below as
  /// well.
  boolean keepsLayersApart();

  /// What the directory of `layer` has.
  default LayerFiles layerFiles(Layer layer) {
    return keepsLayersApart() ? LayerFiles.OWN : LayerFiles.WHOLE_TREE;
  }

  /// What a layer's directory has, besides the files of its tar.
  enum LayerFiles {
    /// Nothing.
    OWN,
    /// What was copied from the layers below and not changed, and directories that were mounted on.
    OWN_AND_COPIED,
    /// All that the layers below have.
    WHOLE_TREE
  }

  /// The directory that the one of `layer` was made upon, where that is not a layer's.
  default Optional<Path> madeUpon(Layer layer) {
    return Optional.empty();
  }

  /// Where the users of its layers begin on the disk, of a daemon that remaps them.
  default Optional<FirstUser> firstUser() {
    return Optional.empty();
  }

  /// The numbers that user and group 0 of a layer have on the disk.
  record FirstUser(long user, long group) {}

  /// The records from which Docker restores a layer's tar, of the layers that have one.
  PersistentMap<ChainId, TarSplitFile> tarSplits();

  /// Whether its layers can be compared with their records that closely, without reading what takes
  /// as long as a closer look.
  default boolean canBeScrubbed(Depth depth) {
    return depth == Depth.CONTENT || !tarSplits().isEmpty();
  }

  /// What the directory of each layer is compared with, of those of which that is known.
  default PersistentMap<ChainId, LayerRecord> layerRecords() {
    return PersistentMap.widened(tarSplits());
  }

  /// The blobs of layers, unpacked or not, each of which is to hash to its name.
  default List<LayerRecord.Blob> layerBlobs() {
    return List.of();
  }

  Unreadable unreadable();

  /// What could not be seen of all that somebody may need to see.
  Set<Need> unmet();

  /// The newest change to any of its lists.
  Optional<Instant> lastChange();

  /// What Docker says of the sizes of images in a store of this kind.
  ImageSizes imageSizes(LayerGraph graph, Intermediates intermediates);

  /// What Docker would delete in a store of this kind.
  Removal removal(LayerGraph graph, Intermediates intermediates, DiskBytes bytes);

  /// The same store, but for what is known of its directories and of what could not be read.
  StoreSnapshot with(PersistentMap<Path, StoreDirectory> directories, Unreadable unreadable);

  /// The same store, with those directories that are in `orphans` called so.
  default StoreSnapshot withOrphans(Set<Path> orphans) {
    if (orphans.isEmpty()) {
      return this;
    }
    PersistentMap<Path, StoreDirectory>.Editor called = directories().edit();
    for (Path orphan : orphans) {
      StoreDirectory directory = called.get(orphan);
      if (directory != null) {
        called.put(orphan, directory.ownedBy(Owner.ORPHAN));
      }
    }
    return with(called.done(), unreadable());
  }

  /// The same store, with more that could not be read.
  ///
  /// @param reasons why, for each path relative to the data root
  default StoreSnapshot withUnreadable(Map<String, String> reasons) {
    return reasons.isEmpty() ? this : with(directories(), unreadable().and(reasons));
  }

  /// Whether `part` could be listed, so that what is not in it is not in the store.
  default boolean knows(StorePart part) {
    return !unreadable().parts().contains(part);
  }

  /// Whether every name, image and layer could be read, so that no chain is in doubt.
  default boolean knowsEveryChain() {
    return knows(StorePart.REFERENCES)
        && knows(StorePart.IMAGES)
        && knows(StorePart.LAYERS)
        && unreadable().images().isEmpty()
        && unreadable().layers().isEmpty()
        && seesDirectories()
        && layerDirectories().values().stream()
            .noneMatch(directory -> directory.content() == LayerDirectory.Content.UNREADABLE);
  }

  /// Whether the layers' directories could be listed, or their layout is not known and nobody looks
  /// for any.
  default boolean seesDirectories() {
    return knows(StorePart.DIRECTORIES) || !unreadable().hasBelow(paths().directories());
  }

  /// Every image: those that could be parsed, those that could not, and those not even read.
  default Stream<ImageId> imageIds() {
    return Stream.of(
            images().keySet().stream(),
            invalidImages().keySet().stream(),
            unreadable().images().stream())
        .flatMap(ids -> ids);
  }

  /// Every layer, in the same order.
  default Stream<ChainId> layerIds() {
    return Stream.of(
            layers().keySet().stream(),
            invalidLayers().keySet().stream(),
            unreadable().layers().stream())
        .flatMap(ids -> ids);
  }

  /// The images that have a name, there or not.
  default Set<ImageId> namedImages() {
    return references().stream()
        .flatMap(reference -> reference.imageId().stream())
        .collect(toSet());
  }

  /// Whether there is an entry for `id`, sound or not.
  default boolean hasImage(ImageId id) {
    return images().containsKey(id)
        || invalidImages().containsKey(id)
        || unreadable().images().contains(id);
  }

  /// Whether there is a record of `id`, sound or not.
  default boolean hasLayer(ChainId id) {
    return layers().containsKey(id)
        || invalidLayers().containsKey(id)
        || unreadable().layers().contains(id);
  }

  /// The orders of the keys of its maps.
  final class Keys {
    public static final KeyOrder<ChainId> CHAINS =
        new KeyOrder<>(chain -> chain.digest().rank(), Comparator.<ChainId>naturalOrder());

    public static final KeyOrder<ImageId> IMAGES =
        new KeyOrder<>(image -> image.digest().rank(), Comparator.<ImageId>naturalOrder());

    public static final KeyOrder<CacheId> CACHE_IDS = KeyOrder.byName(CacheId::value);

    /// None: a path's hash code is kept, its name would have to be made.
    public static final KeyOrder<Path> PATHS = KeyOrder.byHash();

    private Keys() {}
  }
}
