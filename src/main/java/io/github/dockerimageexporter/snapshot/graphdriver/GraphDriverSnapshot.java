package io.github.dockerimageexporter.snapshot.graphdriver;

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
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.RecordPaths;
import io.github.dockerimageexporter.snapshot.Removal;
import io.github.dockerimageexporter.snapshot.Removal.DiskBytes;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.Unreadable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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
/// @param directories every directory of the graph driver, layers' or not
/// @param cachedLayers the layers that BuildKit's cache holds; empty if they are not known
/// @param bytesOutsideDirectories what is allocated in the driver's home, and in none of these
/// @param leftovers what no image, layer or container answers for, however young
/// @param lastChange the newest change to any of its lists
public record GraphDriverSnapshot(
    GraphDriverLayout layout,
    StoreUse use,
    PersistentMap<ImageId, Image> images,
    Map<ImageId, InvalidImage> invalidImages,
    PersistentMap<ChainId, Layer> layers,
    Map<ChainId, InvalidLayer> invalidLayers,
    Map<String, RwLayer> mounts,
    Map<String, InvalidMount> invalidMounts,
    List<Reference> references,
    Optional<String> invalidReferences,
    List<Container> containers,
    Map<String, InvalidContainer> invalidContainers,
    PersistentMap<ChainId, LayerDirectory> layerDirectories,
    PersistentMap<CacheId, OverlayRecord> overlayRecords,
    PersistentMap<ChainId, TarSplitFile> tarSplits,
    PersistentMap<Path, StoreDirectory> directories,
    Optional<Set<ChainId>> cachedLayers,
    long bytesOutsideDirectories,
    List<Leftover> leftovers,
    Unreadable unreadable,
    Optional<Instant> lastChange)
    implements StoreSnapshot {

  /// The drivers that keep a layer's own files apart from those of the layers below.
  private static final Set<String> KEEPING_LAYERS_APART =
      Set.of("overlay2", "fuse-overlayfs", "aufs");

  private static final Set<Owner> OWNERS =
      EnumSet.of(
          Owner.LAYER, Owner.MOUNT, Owner.BUILD_CACHE, Owner.REMOVING, Owner.ORPHAN, Owner.OTHER);

  @Override
  public String driver() {
    return layout.driver();
  }

  @Override
  public RecordPaths paths() {
    return layout;
  }

  /// Source: moby, `daemon/internal/layer/layer_store.go` (maxLayerDepth).
  @Override
  public int maxDepth() {
    return 125;
  }

  /// What the driver makes for itself when it starts (`l`), and what a file system does
  /// (`lost+found`), could be no layer's.
  @Override
  public boolean lacksAllContent() {
    return knows(StorePart.DIRECTORIES)
        && !layers.isEmpty()
        && layerDirectories.values().stream()
            .allMatch(directory -> directory.content() == LayerDirectory.Content.ABSENT)
        && directories.values().stream()
            .map(directory -> directory.path().getFileName().toString())
            .noneMatch(CacheId::isGenerated);
  }

  @Override
  public long mountCount() {
    return (long) mounts.size() + invalidMounts.size() + unreadable.countBelow(layout.mounts());
  }

  @Override
  public Map<String, Path> writableLayers() {
    var mounted = new HashMap<String, Path>();
    directories.values().stream()
        .filter(directory -> directory.owner() == Owner.MOUNT)
        .forEach(each -> mounted.put(each.path().getFileName().toString(), each.path()));
    var writable = new TreeMap<String, Path>();
    for (Container container : containers) {
      RwLayer mount = mounts.get(container.id());
      if (mount != null && mounted.containsKey(mount.mountId().value())) {
        writable.put(container.id(), mounted.get(mount.mountId().value()));
      }
    }
    return writable;
  }

  @Override
  public Set<Owner> owners() {
    return OWNERS;
  }

  @Override
  public boolean keepsLayersApart() {
    return KEEPING_LAYERS_APART.contains(layout.graphDriver());
  }

  /// Fuse-overlayfs does not tell a layer's own files from those that it has copied, so that
  /// BuildKit compares whole trees.
  @Override
  public LayerFiles layerFiles(Layer layer) {
    return layout.graphDriver().equals("fuse-overlayfs")
        ? LayerFiles.OWN_AND_COPIED
        : StoreSnapshot.super.layerFiles(layer);
  }

  @Override
  public Optional<FirstUser> firstUser() {
    return layout.firstUser();
  }

  @Override
  public Set<Need> unmet() {
    return GraphDriverNeeds.unmet(this);
  }

  @Override
  public ImageSizes imageSizes(LayerGraph graph, Intermediates intermediates) {
    return new GraphDriverImageSizes(this, graph, intermediates);
  }

  @Override
  public Removal removal(LayerGraph graph, Intermediates intermediates, DiskBytes bytes) {
    return new GraphDriverRemoval(this, graph, intermediates, bytes);
  }

  @Override
  public GraphDriverSnapshot with(
      PersistentMap<Path, StoreDirectory> directories, Unreadable unread) {
    return new GraphDriverSnapshot(
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
        bytesOutsideDirectories,
        leftovers,
        unread,
        lastChange);
  }
}
