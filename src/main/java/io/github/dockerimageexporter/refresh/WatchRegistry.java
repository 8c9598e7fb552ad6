package io.github.dockerimageexporter.refresh;

import io.methvin.watcher.visitor.FileTreeVisitor;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
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
  private final Path root;
  private final boolean objects;
  private final int limit;
  private final Map<Path, Object> registered = new ConcurrentHashMap<>();
  private final Set<Path> refused = ConcurrentHashMap.newKeySet();
  private volatile boolean overLimit;

  /// @param objects whether directories of single objects are watched, `limit` in all at most
  WatchRegistry(Path root, boolean objects, int limit) {
    this.root = root;
    this.objects = objects;
    this.limit = limit;
  }

  /// How many directories a registry without a limit would hold; entries that only have the name of
  /// an object's directory count as one.
  static int count(Path root) throws IOException {
    var count = new AtomicInteger();
    WatchedTree.DATA_ROOT.walk(root, true, (_, _) -> count.incrementAndGet() > 0);
    return count.get();
  }

  /// Calls `onDirectory` for each directory to watch, and `onFile` for a `start` that is not to be
  /// watched, so that its creation is told without a watch.
  @Override
  public void recursiveVisitFiles(Path start, Callback onDirectory, Callback onFile)
      throws IOException {
    Optional<WatchedTree> tree = WatchedTree.DATA_ROOT.at(root.relativize(start));
    if (tree.isEmpty()
        || !tree.get().walk(start, objects, (path, at) -> register(path, at, onDirectory))) {
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
    boolean perObject =
        WatchedTree.DATA_ROOT
            .at(root.relativize(directory))
            .map(WatchedTree::perObject)
            .orElse(false);
    if (!perObject) {
      registered.keySet().removeIf(path -> path.startsWith(directory));
    }
  }

  /// The directories that should be registered and are not, or are under another inode.
  ///
  /// A directory made this instant is among them until its creation has been told.
  Set<Path> unregistered() throws IOException {
    var missing = new HashSet<Path>();
    WatchedTree.DATA_ROOT.walk(
        root,
        objects,
        (directory, tree) -> {
          Object known = registered.get(directory);
          if (known != null && tree.perObject()) {
            return true;
          }
          Optional<Object> found = identity(directory);
          if (found.isPresent() && !found.get().equals(known) && !refused.contains(directory)) {
            missing.add(directory);
          }
          return found.isPresent();
        });
    return missing;
  }

  private boolean register(Path directory, WatchedTree tree, Callback onDirectory)
      throws IOException {
    if (tree.perObject() && !affords(directory)) {
      return false;
    }
    // Read before the watch is set: a directory exchanged in between then shows as unregistered.
    Optional<Object> identity = identity(directory);
    if (identity.isEmpty()) {
      return false;
    }
    try {
      onDirectory.call(directory);
    } catch (NoSuchFileException | NotDirectoryException vanished) {
      forget(directory);
      return false;
    } catch (AccessDeniedException denied) {
      forget(directory);
      refused.add(directory);
      return false;
    }
    registered.put(directory, identity.get());
    return true;
  }

  private boolean affords(Path directory) {
    if (!objects) {
      return false;
    }
    boolean affordable = registered.size() < limit || registered.containsKey(directory);
    overLimit |= !affordable;
    return affordable;
  }

  /// Device and inode of a directory; empty if it is none. Only the root may be a link to one, as
  /// for who reads the store.
  private Optional<Object> identity(Path directory) throws IOException {
    LinkOption[] links =
        directory.equals(root) ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
    try {
      var attributes = Files.readAttributes(directory, BasicFileAttributes.class, links);
      return Optional.of(attributes)
          .filter(BasicFileAttributes::isDirectory)
          .map(BasicFileAttributes::fileKey);
    } catch (NoSuchFileException | NotDirectoryException absent) {
      return Optional.empty();
    }
  }
}
