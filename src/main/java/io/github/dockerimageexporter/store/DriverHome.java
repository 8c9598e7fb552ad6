package io.github.dockerimageexporter.store;

import static java.util.stream.Collectors.toCollection;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DriverDirectory;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.model.OverlayRecord;
import io.github.dockerimageexporter.model.RwLayer;
import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.store.OverlayStore.Overlays;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Lists a graph driver's home: which directories there are, and whether each layer's is there.
///
/// | driver                       | directory of cache ID C | content of the layer |
/// |------------------------------|-------------------------|----------------------|
/// | `overlay2`, `fuse-overlayfs` | `C`                     | `C/diff`             |
/// | `vfs`                        | `dir/C`                 | the same             |
/// | `btrfs`                      | `subvolumes/C`          | the same             |
///
/// Of other drivers nothing is known: zfs and devicemapper keep no directory, the rest is history.
///
/// Source: moby, `daemon/graphdriver/{overlay2,fuse-overlayfs,vfs,btrfs}`.
final class DriverHome {
  private final StoreLayout layout;
  private final Path dataRoot;
  private final Optional<Form> form;
  private final OverlayStore overlays = new OverlayStore();
  private Map<String, Found> last = Map.of();

  DriverHome(StoreLayout layout, Path dataRoot) {
    this.layout = layout;
    this.dataRoot = dataRoot;
    this.form = Form.of(layout.graphDriver());
  }

  /// Whether the layout of a driver's home is known.
  static boolean isKnown(String graphDriver) {
    return Form.of(graphDriver).isPresent();
  }

  /// @param layers where each layer's content is
  /// @param overlays what the driver has written down about them, if it stacks directories
  /// @param all every directory, sorted by name
  /// @param homeBytes what the home takes on disk without them
  record Directories(
      Map<ChainId, LayerDirectory> layers,
      Map<CacheId, OverlayRecord> overlays,
      List<DriverDirectory> all,
      long homeBytes) {
    private static final Directories UNKNOWN = new Directories(Map.of(), Map.of(), List.of(), 0);
  }

  /// How a driver lays out its home.
  ///
  /// @param below the directory in the home that holds the cache IDs, or nothing
  /// @param content the child of a cache ID's directory that holds the content, if one does
  private record Form(String below, Optional<String> content) {
    static Optional<Form> of(String graphDriver) {
      return switch (graphDriver) {
        case "overlay2", "fuse-overlayfs" -> Optional.of(new Form("", Optional.of("diff")));
        case "vfs" -> Optional.of(new Form("/dir", Optional.empty()));
        case "btrfs" -> Optional.of(new Form("/subvolumes", Optional.empty()));
        default -> Optional.empty();
      };
    }

    /// Whether a directory holds one layer, and names those that it stands on.
    boolean stacks() {
      return content.isPresent();
    }

    String contentBelow(String directory) {
      return content.map(child -> directory + "/" + child).orElse(directory);
    }
  }

  /// @param obstacle why the content is unreadable, if it is
  private record Found(FileKind kind, long inode, LayerDirectory directory, String obstacle) {}

  /// What stands where a layer's content should be.
  private record Seen(Content content, String obstacle) {
    static final Seen PRESENT = new Seen(Content.PRESENT, "");

    static Seen of(Content content) {
      return new Seen(content, "");
    }
  }

  Directories read(
      RootDirectory root,
      Collection<Layer> layers,
      Collection<RwLayer> mounts,
      Owners owners,
      Trust trust,
      ReadFailures failures,
      Leftovers leftovers) {
    if (form.isEmpty()) {
      failures.unknown(StorePart.DIRECTORIES);
      return Directories.UNKNOWN;
    }
    String home = layout.driverHome() + form.get().below();
    var stacked = Overlays.NONE;
    long homeBytes;
    try (Directory directory = root.openDirectory(home)) {
      last = list(directory, home, form.get(), owners, trust, failures);
      if (form.get().stacks()) {
        readMounts(directory, home, mounts, failures);
        stacked = overlays.end(directory, home, last.keySet(), trust, failures);
      }
      addUnowned(directory, home, stacked.records(), owners, failures, leftovers);
      addUnclaimed(directory, home, stacked, leftovers);
      homeBytes = ownBytes(directory, home, failures) + bytesAbove(root, home);
    } catch (NoSuchFileException absent) {
      return withoutDirectories(root, layers, home, failures);
    } catch (IOException unreadable) {
      failures.part(StorePart.DIRECTORIES, home, unreadable);
      return Directories.UNKNOWN;
    }
    return new Directories(
        directoriesOf(layers, home, form.get(), failures),
        stacked.records(),
        all(owners, form.get()),
        homeBytes);
  }

  /// What there is while `home` is not. A driver that keeps its directories one level deeper makes
  /// that level with the first of them, so its own home without it is an empty one. Where that is
  /// not there either, nothing is known.
  private Directories withoutDirectories(
      RootDirectory root, Collection<Layer> layers, String home, ReadFailures failures) {
    last = Map.of();
    try {
      if (root.find(layout.driverHome()).isPresent()) {
        return new Directories(
            directoriesOf(layers, home, form.orElseThrow(), failures),
            Map.of(),
            List.of(),
            bytesAbove(root, home));
      }
      failures.part(StorePart.DIRECTORIES, home, "not there");
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

  private Map<String, Found> list(
      Directory directory,
      String home,
      Form form,
      Owners owners,
      Trust trust,
      ReadFailures failures)
      throws IOException {
    var found = new LinkedHashMap<String, Found>();
    for (DirectoryEntry entry : directory.sortedEntries()) {
      Found known = last.get(entry.name());
      if (known == null && !hasPath(entry.name())) {
        failures.path(home + "/" + entry.name(), "a name that is not UTF-8, or not in this locale");
        continue;
      }
      boolean same = known != null && known.inode() == entry.inode();
      boolean isLayer = owners.isLayer(entry.name());
      if (known == null || !same || (isLayer && !isTrusted(entry, form, trust))) {
        Seen seen = isLayer ? contentOf(directory, entry, form) : Seen.PRESENT;
        known = remember(known, entry, home, form, seen);
      }
      found.put(entry.name(), known);
    }
    return found;
  }

  /// Whether a path leads to what has this name; none of Docker's own is without.
  private static boolean hasPath(String name) {
    try {
      return Path.of(name).toString().indexOf(Directory.NOT_UTF_8) < 0;
    } catch (InvalidPathException inexpressible) {
      return false;
    }
  }

  private boolean isTrusted(DirectoryEntry entry, Form form, Trust trust) {
    return trust == Trust.UNCHANGED_DIRECTORIES
        && (!form.stacks() || overlays.trust(entry.name(), entry.inode()));
  }

  private Found remember(
      @Nullable Found known, DirectoryEntry entry, String home, Form form, Seen seen) {
    if (known != null
        && known.inode() == entry.inode()
        && known.directory().content() == seen.content()
        && known.obstacle().equals(seen.obstacle())) {
      return known;
    }
    var directory = directory(home + "/" + entry.name(), form, seen.content());
    return new Found(entry.kind(), entry.inode(), directory, seen.obstacle());
  }

  /// What a layer's directory has. A link there is one that Docker follows and we do not.
  private Seen contentOf(Directory home, DirectoryEntry entry, Form form) {
    if (entry.kind() == FileKind.REGULAR || entry.kind() == FileKind.OTHER) {
      return Seen.of(Content.FOREIGN);
    }
    if (form.content().isEmpty() && entry.kind() == FileKind.DIRECTORY) {
      return Seen.PRESENT;
    }
    try (Directory own = home.openDirectory(entry.name())) {
      return form.content().isEmpty() ? Seen.PRESENT : contentOf(own, entry, form.content().get());
    } catch (NoSuchFileException vanished) {
      return Seen.of(Content.ABSENT);
    } catch (IOException unreadable) {
      return new Seen(Content.UNREADABLE, ReadFailures.reason(unreadable));
    }
  }

  private Seen contentOf(Directory own, DirectoryEntry entry, String content) throws IOException {
    Optional<FileKind> kind = own.find(content).map(FileStatus::kind);
    overlays.read(own, entry.name(), entry.inode());
    if (kind.isEmpty()) {
      return Seen.of(Content.ABSENT);
    }
    if (kind.get() == FileKind.SYMBOLIC_LINK) {
      own.openDirectory(content).close();
    }
    return kind.get() == FileKind.DIRECTORY ? Seen.PRESENT : Seen.of(Content.FOREIGN);
  }

  /// The directories that nothing names, nothing is mounted in and no other stands on.
  private void addUnowned(
      Directory home,
      String path,
      Map<CacheId, OverlayRecord> stacked,
      Owners owners,
      ReadFailures failures,
      Leftovers leftovers) {
    if (failures.isUnknown(StorePart.LAYERS) || failures.isUnknown(StorePart.MOUNTS)) {
      return; // Nearly all would be in doubt.
    }
    Set<String> directories = directories();
    var unowned = new TreeSet<String>();
    for (String directory : directories) {
      if (owners.isUnowned(directory) && !mayBeMounted(home, path, directory, failures)) {
        unowned.add(directory);
      }
    }
    if (form.filter(Form::stacks).isPresent()) {
      var lowers = new LowerStore(home, path, failures);
      unowned.removeAll(lowers.stoodOn(unowned, directories, stacked));
    }
    for (String directory : unowned) {
      boolean doubtful = owners.isInDoubt(directory);
      if (CacheId.isBuildKit(directory) && owners.buildCache() instanceof BuildCache.Absent) {
        failures.path(
            layout.root() + BuildCache.FILE, "not there, though directories of builds are");
      }
      leftovers.add(Leftover.Kind.DIRECTORY, home, path, directory, doubtful);
    }
  }

  private Set<String> directories() {
    return last.entrySet().stream()
        .filter(entry -> entry.getValue().kind() == FileKind.DIRECTORY)
        .map(Map.Entry::getKey)
        .collect(toCollection(LinkedHashSet::new));
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
  private long ownBytes(Directory home, String path, ReadFailures failures) throws IOException {
    long bytes = home.status().allocatedBytes();
    for (Map.Entry<String, Found> entry : last.entrySet()) {
      if (entry.getValue().kind() != FileKind.DIRECTORY) {
        bytes += bytesOf(home, path, entry.getKey(), failures);
      }
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

  private Map<ChainId, LayerDirectory> directoriesOf(
      Collection<Layer> layers, String home, Form form, ReadFailures failures) {
    var directories = new LinkedHashMap<ChainId, LayerDirectory>();
    for (Layer layer : layers) {
      Found found = last.get(layer.cacheId().value());
      if (found != null && found.directory().content() == Content.UNREADABLE) {
        failures.path(home + "/" + layer.cacheId(), found.obstacle());
      }
      directories.put(
          layer.chainId(),
          found != null
              ? found.directory()
              : directory(home + "/" + layer.cacheId(), form, Content.ABSENT));
    }
    return directories;
  }

  private LayerDirectory directory(String path, Form form, Content content) {
    return new LayerDirectory(dataRoot.resolve(path), form.contentBelow(path), content);
  }

  private List<DriverDirectory> all(Owners owners, Form form) {
    return last.entrySet().stream()
        .filter(entry -> entry.getValue().kind() == FileKind.DIRECTORY)
        .map(
            entry ->
                new DriverDirectory(
                    entry.getValue().directory().path(),
                    form.content(),
                    entry.getValue().inode(),
                    owners.of(entry.getKey())))
        .toList();
  }
}
