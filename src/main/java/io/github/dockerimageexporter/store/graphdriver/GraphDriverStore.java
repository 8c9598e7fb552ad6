package io.github.dockerimageexporter.store.graphdriver;

import static io.github.dockerimageexporter.store.file.WatchedTree.object;
import static io.github.dockerimageexporter.store.file.WatchedTree.store;

import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.store.container.ContainerStore;
import io.github.dockerimageexporter.store.file.ChainInterner;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.WatchedTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reads one graph driver's image store, remembering from pass to pass what has not changed.
///
/// Referrers are read before what they refer to: names before images, mounts and images before
/// layers, layers before directories. Docker makes a referent before its referrer, so what is made
/// during a pass is never missed by one.
public final class GraphDriverStore {
  private static final String HEX = "[0-9a-f]{64}";

  /// What tells of changes in the stores of graph drivers, below a daemon's root.
  ///
  /// | directories                                            | kind       |
  /// |--------------------------------------------------------|------------|
  /// | `overlay2[/l]`, `fuse-overlayfs[/l]`                   | store      |
  /// | `vfs`, `vfs/dir`, `btrfs`, `btrfs/subvolumes`          | store      |
  /// | `image`, `image/<driver>`                              | store      |
  /// | `…/imagedb`, `…/imagedb/{content,metadata}[/sha256]`   | store      |
  /// | `…/layerdb`, `…/layerdb/sha256`, `…/layerdb/mounts`    | store      |
  /// | `…/imagedb/metadata/sha256/<64 hex>`                   | per object |
  /// | `…/layerdb/sha256/<64 hex>`, `…/layerdb/mounts/<name>` | per object |
  public static final List<WatchedTree> WATCHED =
      List.of(
          store("overlay2|fuse-overlayfs", store("l")),
          store("vfs", store("dir")),
          store("btrfs", store("subvolumes")),
          store(
              "image",
              store(
                  ".+",
                  store(
                      "imagedb",
                      store("content", store("sha256")),
                      store("metadata", store("sha256", object(HEX)))),
                  store("layerdb", store("sha256", object(HEX)), store("mounts", object(".+"))))));

  private final GraphDriverLayout layout;
  private final ChainInterner chains = new ChainInterner();
  private final ReferenceStore references;
  private final ContainerStore containers;
  private final MountStore mounts;
  private final ImageStore images;
  private final LayerStore layers;
  private final LayersOfDirectories layersOf = new LayersOfDirectories();
  private final TransactionStore transactions;
  private final DriverHome driverHome;
  private final BuildCacheStore buildCache;
  private final UnusedLayers unused;
  private final TemporaryStore temporary;

  public GraphDriverStore(GraphDriverLayout layout, Path dataRoot) {
    this.layout = layout;
    this.references = new ReferenceStore(layout);
    this.containers = new ContainerStore(layout.containers(), layout.graphDriver());
    this.mounts = new MountStore(layout);
    this.images = new ImageStore(layout, chains);
    this.layers = new LayerStore(layout, dataRoot, chains);
    this.transactions = new TransactionStore(layout);
    this.driverHome = new DriverHome(layout, dataRoot);
    this.buildCache = new BuildCacheStore(layout.root());
    this.unused = new UnusedLayers(layout);
    this.temporary = new TemporaryStore(layout);
  }

  /// One pass over the files of the store.
  ///
  /// @param use whether dockerd uses it
  /// @param withTemporary whether to list what all stores of a root share, which one of them does
  public GraphDriverSnapshot read(
      RootDirectory root, StoreUse use, Freshness freshness, boolean withTemporary) {
    var failures = new ReadFailures();
    var leftovers = new Leftovers(failures);
    var lastChange = lastChange(root);
    var named = references.read(root, failures);
    var contained = containers.read(root, failures);
    var mounted = mounts.read(root, contained, failures, leftovers);
    var imaged = images.read(root, freshness, failures, leftovers);
    var registering = transactions.read(root, failures, leftovers);
    var layered = layers.read(root, freshness, failures, leftovers);
    chains.forget(layered.valid());
    Set<String> renamed = layersOf.follow(layered);
    var owners =
        DirectoryOwners.of(
            layout,
            layered,
            layersOf,
            mounted,
            registering,
            failures,
            () -> buildCache(root, failures));
    var directories =
        driverHome.read(root, layered, mounted, owners, renamed, freshness, failures, leftovers);
    unused.read(root, imaged, mounted, layered, owners.buildCache(), failures, leftovers);
    if (withTemporary) {
      temporary.read(root, failures, leftovers);
    }
    return new Parts(named, contained, mounted, imaged, layered, owners.buildCache(), directories)
        .snapshot(layout, use, leftovers, failures, lastChange);
  }

  /// What one pass found in each part of the store.
  private record Parts(
      ReferenceStore.References references,
      ContainerStore.Containers containers,
      MountStore.Mounts mounts,
      ImageStore.Images images,
      LayerStore.Layers layers,
      BuildCache buildCache,
      DriverHome.Directories directories) {

    GraphDriverSnapshot snapshot(
        GraphDriverLayout layout,
        StoreUse use,
        Leftovers leftovers,
        ReadFailures failures,
        Optional<Instant> lastChange) {
      return new GraphDriverSnapshot(
          layout,
          use,
          images.valid(),
          images.invalid(),
          layers.valid(),
          layers.invalid(),
          mounts.valid(),
          mounts.invalid(),
          references.list(),
          references.invalid(),
          containers.own(),
          containers.invalidOf(mounts::has, failures),
          directories.layers(),
          directories.overlays(),
          layers.tarSplits(),
          directories.all(),
          buildCache.layers(),
          directories.homeBytes(),
          leftovers.toList(),
          failures.toUnreadable(),
          lastChange);
    }
  }

  private BuildCache buildCache(RootDirectory root, ReadFailures failures) {
    BuildCache read = buildCache.read(root);
    if (read instanceof BuildCache.Unknown(String reason)) {
      failures.path(layout.root() + BuildCache.FILE, reason);
    }
    return read;
  }

  /// The newest change of any of the store's lists; an edit inside an object does not show there.
  private Optional<Instant> lastChange(RootDirectory root) {
    return Stream.of(
            layout.references(),
            layout.imageConfigs(),
            layout.imageMetadata(),
            layout.layers(),
            layout.mounts())
        .flatMap(path -> find(root, path).stream())
        .map(FileStatus::modifiedAt)
        .max(Comparator.naturalOrder());
  }

  /// What cannot be read here is named where it is read for its content.
  private static Optional<FileStatus> find(RootDirectory root, String path) {
    try {
      return root.find(path);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
