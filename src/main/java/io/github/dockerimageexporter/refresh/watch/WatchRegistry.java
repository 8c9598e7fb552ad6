package io.github.dockerimageexporter.refresh.watch;

import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.SymbolicLinkException;
import io.github.dockerimageexporter.store.WatchedRoot;
import io.github.dockerimageexporter.store.file.WatchedTree;
import io.methvin.watcher.visitor.FileTreeVisitor;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// The book of which directories one watcher has registered; as the watcher's visitor it decides
/// which those are, and as its book it can be held against the directories that are there.
///
/// The watcher walks for three reasons and does not say which: to learn the tree, to register it,
/// and to announce what a new directory holds. The first two come at start-up in this order, the
/// last two for a new directory; so an entry made too early is either made good by the walk that
/// follows or belongs to a directory whose creation is still to be told.
final class WatchRegistry implements FileTreeVisitor {
  private final List<WatchedRoot> roots;
  private final boolean objects;
  private final int limit;
  private final Map<Path, Object> registered = new ConcurrentHashMap<>();
  private final Set<Path> refused = ConcurrentHashMap.newKeySet();
  private volatile boolean overLimit;

  /// @param objects whether directories of single objects are watched, `limit` in all at most
  WatchRegistry(List<WatchedRoot> roots, boolean objects, int limit) {
    this.roots = roots;
    this.objects = objects;
    this.limit = limit;
  }

  /// How many directories a registry without a limit would hold; entries that only have the name of
  /// an object's directory count as one.
  static int count(List<WatchedRoot> roots) throws IOException {
    var count = new AtomicInteger();
    for (WatchedRoot root : roots) {
      root.tree().walk(root.path(), true, (_, _) -> count.incrementAndGet() > 0);
    }
    return count.get();
  }

  /// Calls `onDirectory` for each directory to watch, and `onFile` for a `start` that is not to be
  /// watched, so that its creation is told without a watch.
  @Override
  public void recursiveVisitFiles(Path start, Callback onDirectory, Callback onFile)
      throws IOException {
    Optional<WatchedTree> tree = tree(start);
    if (tree.isEmpty() || !tree.get().walk(start, objects, new Registration(onDirectory))) {
      onFile.call(start);
    }
  }

  boolean contains(Path directory) {
    return registered.containsKey(directory);
  }

  boolean containsParent(Path entry) {
    Path parent = entry.getParent();
    return parent != null && contains(parent);
  }

  int size() {
    return registered.size();
  }

  boolean objects() {
    return objects;
  }

  /// Whether a directory was left out because of the limit.
  boolean overLimit() {
    return overLimit;
  }

  /// The directories that may not be read, and so not be watched.
  Set<Path> refused() {
    return Set.copyOf(refused);
  }

  /// Strikes out a directory that is no longer where it was.
  void forget(Path directory) {
    refused.remove(directory);
    if (registered.remove(directory) == null) {
      return;
    }
    boolean perObject = tree(directory).map(WatchedTree::perObject).orElse(false);
    if (!perObject) {
      registered.keySet().removeIf(path -> path.startsWith(directory));
    }
  }

  /// The directories that should be registered and are not, or are under another inode.
  ///
  /// A directory made this instant is among them until its creation has been told.
  Set<Path> unregistered() throws IOException {
    var missing = new HashSet<Path>();
    for (WatchedRoot root : roots) {
      root.tree().walk(root.path(), objects, new Inspection(missing));
    }
    return missing;
  }

  private Optional<WatchedTree> tree(Path directory) {
    return root(directory).flatMap(root -> root.tree().at(root.path().relativize(directory)));
  }

  /// Of roots that lie in one another, the innermost.
  private Optional<WatchedRoot> root(Path directory) {
    return roots.stream()
        .filter(root -> directory.startsWith(root.path()))
        .max(Comparator.comparingInt(root -> root.path().getNameCount()));
  }

  /// Registers what it walks over.
  private final class Registration implements WatchedTree.Visit {
    private final Callback onDirectory;

    Registration(Callback onDirectory) {
      this.onDirectory = onDirectory;
    }

    @Override
    public boolean enter(Path directory, WatchedTree tree) throws IOException {
      if (tree.perObject() && !affords(directory)) {
        return false;
      }
      try {
        return register(directory, tree);
      } catch (NoSuchFileException | NotDirectoryException vanished) {
        forget(directory);
      } catch (FileSystemException unreadable) {
        forget(directory);
        refused.add(directory);
      }
      return false;
    }

    private boolean register(Path directory, WatchedTree tree) throws IOException {
      // Read before the watch is set: a directory exchanged in between then shows as unregistered.
      Optional<Object> identity = identity(directory, tree);
      if (identity.isPresent()) {
        onDirectory.call(directory);
        registered.put(directory, identity.get());
      }
      return identity.isPresent();
    }

    @Override
    public void unlisted(Path directory) {
      refused.add(directory);
    }
  }

  /// Holds what it walks over against the book.
  private final class Inspection implements WatchedTree.Visit {
    private final Set<Path> missing;

    Inspection(Set<Path> missing) {
      this.missing = missing;
    }

    @Override
    public boolean enter(Path directory, WatchedTree tree) throws IOException {
      Object known = registered.get(directory);
      if (known != null && tree.perObject()) {
        return true;
      }
      if (refused.contains(directory)) {
        return known != null;
      }
      Optional<Object> found = identity(directory, tree);
      if (found.isPresent() && !found.get().equals(known)) {
        missing.add(directory);
      }
      return found.isPresent();
    }

    @Override
    public void unlisted(Path directory) {
      if (!refused.contains(directory)) {
        missing.add(directory);
      }
    }
  }

  private boolean affords(Path directory) {
    if (!objects) {
      return false;
    }
    boolean affordable = registered.size() < limit || registered.containsKey(directory);
    overLimit |= !affordable;
    return affordable;
  }

  /// Device and inode of a directory; empty if it is none. What is watched is what is read: of the
  /// store's own directories what a link to them leads to, of an object's only itself. Where a link
  /// leads nowhere there is nothing to watch, until a scan finds that it leads somewhere.
  private Optional<Object> identity(Path directory, WatchedTree tree) throws IOException {
    try {
      return tree.perObject() ? ownIdentity(directory) : followedIdentity(directory);
    } catch (NoSuchFileException | NotDirectoryException | SymbolicLinkException absent) {
      return Optional.empty();
    }
  }

  private static Optional<Object> ownIdentity(Path directory) throws IOException {
    var attributes =
        Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return Optional.of(attributes)
        .filter(BasicFileAttributes::isDirectory)
        .map(BasicFileAttributes::fileKey);
  }

  private Optional<Object> followedIdentity(Path directory) throws IOException {
    Path root = root(directory).orElseThrow().path();
    try (var opened = RootDirectory.open(root)) {
      return opened
          .find(root.relativize(directory).toString())
          .filter(status -> status.kind() == FileKind.DIRECTORY)
          .map(status -> new Identity(status.device(), status.inode()));
    }
  }

  private record Identity(long device, long inode) {}
}
