package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.graphdriver.OverlayStore.Overlays;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Lists a graph driver's home: which directories there are, and whether each layer's is there.
///
/// | driver                       | directory of cache ID C | content of the layer |
/// |------------------------------|-------------------------|----------------------|
/// | `overlay2`, `fuse-overlayfs` | `C`                     | `C/diff`             |
/// | `vfs`                        | `dir/C`                 | the same             |
/// | `btrfs`                      | `subvolumes/C`          | the same             |
///
/// [DirectoryListing] lists the directories; here is what follows from that.
///
/// Source: moby, `daemon/graphdriver/{overlay2,fuse-overlayfs,vfs,btrfs}`.
public final class DriverHome {
  private final GraphDriverLayout layout;
  private final OverlayStore overlays = new OverlayStore();
  private final Optional<DirectoryListing> listing;

  DriverHome(GraphDriverLayout layout, Path dataRoot) {
    this.layout = layout;
    this.listing =
        DriverForm.of(layout.graphDriver())
            .map(form -> new DirectoryListing(dataRoot, form, overlays));
  }

  /// Whether the layout of a driver's home is known.
  public static boolean isKnown(String graphDriver) {
    return DriverForm.of(graphDriver).isPresent();
  }

  /// @param layers where each layer's content is
  /// @param overlays what the driver has written down about them, if it stacks directories
  /// @param all every directory
  /// @param homeBytes what the home takes on disk without them
  record Directories(
      Map<ChainId, LayerDirectory> layers,
      Map<CacheId, OverlayRecord> overlays,
      Map<Path, StoreDirectory> all,
      long homeBytes) {
    private static final Directories UNKNOWN = new Directories(Map.of(), Map.of(), Map.of(), 0);
  }

  Directories read(
      RootDirectory root,
      LayerStore.Layers layered,
      MountStore.Mounts mounted,
      DirectoryOwners owners,
      Freshness freshness,
      ReadFailures failures,
      Leftovers leftovers) {
    if (listing.isEmpty()) {
      failures.unknown(StorePart.DIRECTORIES);
      return Directories.UNKNOWN;
    }
    DirectoryListing listed = listing.get();
    Collection<Layer> layers = layered.valid().values();
    String home = layout.driverDirectories();
    var stacked = Overlays.NONE;
    long homeBytes;
    try (Directory directory = root.openDirectory(home)) {
      listed.read(directory, home, owners, freshness, failures);
      if (listed.stacks()) {
        readMounts(directory, home, mounted.valid().values(), failures);
        stacked = overlays.end(directory, home, listed.names(), freshness, failures);
      }
      Set<String> unowned = unowned(directory, home, listed, stacked.records(), owners, failures);
      addUnowned(unowned, directory, home, owners, failures, leftovers);
      addUnclaimed(directory, home, stacked, leftovers);
      homeBytes = ownBytes(directory, home, listed, failures) + bytesAbove(root, home);
    } catch (NoSuchFileException absent) {
      listed.clear();
      return withoutDirectories(root, listed.of(layers, home, failures), home, failures);
    } catch (IOException unreadable) {
      failures.part(StorePart.DIRECTORIES, home, unreadable);
      return Directories.UNKNOWN;
    }
    return new Directories(
        listed.of(layers, home, failures), stacked.records(), listed.all(owners), homeBytes);
  }

  /// What there is while `home` is not. A driver that keeps its directories one level deeper makes
  /// that level with the first of them, so its own home without it is an empty one. Where that is
  /// not there either, nothing is known.
  private Directories withoutDirectories(
      RootDirectory root, Map<ChainId, LayerDirectory> absent, String home, ReadFailures failures) {
    try {
      if (root.find(layout.driverHome()).isPresent()) {
        return new Directories(absent, Map.of(), Map.of(), bytesAbove(root, home));
      }
      failures.part(StorePart.DIRECTORIES, home, "does not exist");
    } catch (IOException unreadable) {
      failures.part(StorePart.DIRECTORIES, home, unreadable);
    }
    return Directories.UNKNOWN;
  }

  private void readMounts(
      Directory home, String path, Collection<RwLayer> mounts, ReadFailures failures) {
    for (RwLayer mount : mounts) {
      overlays.read(home, mount.mountId(), path, failures);
      mount.initId().ifPresent(initId -> overlays.read(home, initId, path, failures));
    }
  }

  /// The directories that nothing names, nothing is mounted in and no other stands on.
  private Set<String> unowned(
      Directory home,
      String path,
      DirectoryListing listed,
      Map<CacheId, OverlayRecord> stacked,
      DirectoryOwners owners,
      ReadFailures failures) {
    if (failures.isUnknown(StorePart.LAYERS) || failures.isUnknown(StorePart.MOUNTS)) {
      return Set.of(); // Nearly all would be in doubt.
    }
    Set<String> directories = listed.directories();
    var unowned = new TreeSet<String>();
    for (String directory : directories) {
      if (owners.isUnowned(directory) && !mayBeMounted(home, path, directory, failures)) {
        unowned.add(directory);
      }
    }
    if (listed.stacks()) {
      var lowers = new LowerStore(home, path, failures);
      unowned.removeAll(lowers.stoodOn(unowned, directories, stacked));
    }
    return unowned;
  }

  private void addUnowned(
      Set<String> unowned,
      Directory home,
      String path,
      DirectoryOwners owners,
      ReadFailures failures,
      Leftovers leftovers) {
    for (String directory : unowned) {
      boolean doubtful = owners.isInDoubt(directory);
      if (CacheId.isBuildKit(directory) && owners.buildCache() instanceof BuildCache.Absent) {
        failures.path(
            layout.root() + BuildCache.FILE, "missing, although there are directories of builds");
      }
      leftovers.add(Leftover.Kind.DIRECTORY, home, path, directory, doubtful);
    }
  }

  /// The short names that no directory has for its own.
  private static void addUnclaimed(
      Directory home, String path, Overlays overlays, Leftovers leftovers) throws IOException {
    if (overlays.unclaimed().isEmpty() && overlays.strays().isEmpty()) {
      return;
    }
    String linksPath = path + "/" + LinkStore.LINKS;
    try (Directory links = home.openDirectory(LinkStore.LINKS)) {
      overlays.unclaimed().forEach(l -> leftovers.add(Leftover.Kind.LINK, links, linksPath, l));
      overlays.strays().forEach(l -> leftovers.add(Leftover.Kind.STRAY, links, linksPath, l));
    } catch (NoSuchFileException vanished) {
      return;
    }
  }

  /// Whether the directory's layers are mounted in its own `merged`, as far as that shows in the
  /// mount namespace of this process: what is mounted is another file system.
  private static boolean mayBeMounted(
      Directory home, String path, String directory, ReadFailures failures) {
    try {
      Optional<FileStatus> own = home.find(directory);
      Optional<FileStatus> merged = home.find(directory + "/merged");
      return own.isPresent() && merged.isPresent() && own.get().device() != merged.get().device();
    } catch (IOException unreadable) {
      failures.path(path + "/" + directory, unreadable);
      return true;
    }
  }

  /// What `home` itself takes on disk, and what stands in it and is no directory.
  private static long ownBytes(
      Directory home, String path, DirectoryListing listed, ReadFailures failures)
      throws IOException {
    long bytes = home.status().allocatedBytes();
    for (String other : listed.others()) {
      bytes += bytesOf(home, path, other, failures);
    }
    return bytes;
  }

  private static long bytesOf(Directory home, String path, String name, ReadFailures failures) {
    try {
      return home.find(name).map(FileStatus::allocatedBytes).orElse(0L);
    } catch (IOException unreadable) {
      failures.path(path + "/" + name, unreadable);
      return 0;
    }
  }

  private long bytesAbove(RootDirectory root, String home) throws IOException {
    return home.equals(layout.driverHome())
        ? 0
        : root.find(layout.driverHome()).map(FileStatus::allocatedBytes).orElse(0L);
  }
}
