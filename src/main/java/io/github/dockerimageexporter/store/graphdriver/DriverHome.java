package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.graphdriver.overlay.LinkStore;
import io.github.dockerimageexporter.store.graphdriver.overlay.LowerStore;
import io.github.dockerimageexporter.store.graphdriver.overlay.OverlayStore;
import io.github.dockerimageexporter.store.graphdriver.overlay.OverlayStore.Overlays;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
      PersistentMap<ChainId, LayerDirectory> layers,
      PersistentMap<CacheId, OverlayRecord> overlays,
      PersistentMap<Path, StoreDirectory> all,
      long homeBytes) {
    private static final Directories UNKNOWN = of(PersistentMap.empty(Keys.CHAINS), 0);

    private static Directories of(PersistentMap<ChainId, LayerDirectory> absent, long homeBytes) {
      return new Directories(
          absent, PersistentMap.empty(Keys.CACHE_IDS), PersistentMap.empty(Keys.PATHS), homeBytes);
    }
  }

  /// @param renamed the directories that other layers name now than in the pass before
  Directories read(
      RootDirectory root,
      LayerStore.Layers layered,
      MountStore.Mounts mounted,
      DirectoryOwners owners,
      Set<String> renamed,
      Freshness freshness,
      ReadFailures failures,
      Leftovers leftovers) {
    if (listing.isEmpty()) {
      failures.unknown(StorePart.DIRECTORIES);
      return Directories.UNKNOWN;
    }
    DirectoryListing listed = listing.get();
    String home = layout.driverDirectories();
    var stacked = Overlays.NONE;
    long homeBytes;
    try (Directory directory = root.openDirectory(home)) {
      listed.read(directory, home, owners, renamed, freshness, failures);
      if (listed.stacks()) {
        stacked = overlays(directory, home, listed, mounted, owners, freshness, failures);
      }
      addUnowned(directory, home, listed, stacked, owners, failures, leftovers);
      addUnclaimed(directory, home, stacked, leftovers);
      homeBytes = ownBytes(directory, home, listed, failures) + bytesAbove(root, home);
    } catch (NoSuchFileException absent) {
      listed.forget();
      return withoutDirectories(
          root, listed.of(layered.valid(), owners, home, failures), home, failures);
    } catch (IOException unreadable) {
      listed.forget();
      failures.part(StorePart.DIRECTORIES, home, unreadable);
      return Directories.UNKNOWN;
    }
    return new Directories(
        listed.of(layered.valid(), owners, home, failures),
        stacked.records(),
        listed.all(owners, home),
        homeBytes);
  }

  /// What there is while `home` is not. A driver that keeps its directories one level deeper makes
  /// that level with the first of them, so its own home without it is an empty one. Where that is
  /// not there either, nothing is known.
  private Directories withoutDirectories(
      RootDirectory root,
      PersistentMap<ChainId, LayerDirectory> absent,
      String home,
      ReadFailures failures) {
    try {
      if (root.find(layout.driverHome()).isPresent()) {
        return Directories.of(absent, bytesAbove(root, home));
      }
      failures.part(StorePart.DIRECTORIES, home, "does not exist");
    } catch (IOException unreadable) {
      failures.part(StorePart.DIRECTORIES, home, unreadable);
    }
    return Directories.UNKNOWN;
  }

  private Overlays overlays(
      Directory home,
      String path,
      DirectoryListing listed,
      MountStore.Mounts mounted,
      DirectoryOwners owners,
      Freshness freshness,
      ReadFailures failures) {
    for (RwLayer mount : mounted.valid().values()) {
      overlays.readMount(home, mount.mountId(), path, failures);
      mount.initId().ifPresent(initId -> overlays.readMount(home, initId, path, failures));
    }
    return overlays.end(home, path, listed.names(), owners::isLayer, freshness, failures);
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
    var unowned = new TreeSet<String>();
    for (String directory : listed.free()) {
      if (owners.isUnowned(directory) && !mayBeMounted(home, path, directory, failures)) {
        unowned.add(directory);
      }
    }
    if (listed.stacks() && !unowned.isEmpty()) {
      var lowers = new LowerStore(home, path, failures);
      unowned.removeAll(lowers.stoodOn(unowned, listed.directories(), stacked));
    }
    return unowned;
  }

  private void addUnowned(
      Directory home,
      String path,
      DirectoryListing listed,
      Overlays stacked,
      DirectoryOwners owners,
      ReadFailures failures,
      Leftovers leftovers) {
    for (String directory : unowned(home, path, listed, stacked.records(), owners, failures)) {
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
