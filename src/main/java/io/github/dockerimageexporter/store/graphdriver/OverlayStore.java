package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StoreFile;
import io.github.dockerimageexporter.store.graphdriver.LinkStore.Links;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Reads what overlay2 and fuse-overlayfs have written down about their directories, pass after
/// pass.
///
/// | in the driver's home     | read                                                          |
/// |--------------------------|---------------------------------------------------------------|
/// | `<id>/link` and `/lower` | for each directory, again when their stat has changed         |
/// | `l/<link>`               | after them: a short name is made before its directory's files |
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
final class OverlayStore {
  private static final String LINK = "link";
  private static final String LOWER = "lower";
  private static final int NEAREST_LENGTH =
      OverlayRecord.LINKS.length() + OverlayRecord.LINK_LENGTH;

  private final LinkStore linkStore = new LinkStore();
  private Map<String, Remembered> last = Map.of();
  private Map<String, Remembered> current = new HashMap<>();

  /// @param stamp that of the directory's own files
  private record Remembered(CacheId id, long inode, Stamp stamp, OverlayRecord overlay) {

    boolean isComplete() {
      return overlay.leadsHome() && overlay.lower().isPresent() == overlay.below().isPresent();
    }
  }

  /// What one pass found.
  ///
  /// @param unclaimed short names that are no directory's
  /// @param strays what is no short name, and stands among them
  record Overlays(Map<CacheId, OverlayRecord> records, Set<String> unclaimed, List<String> strays) {
    static final Overlays NONE = new Overlays(Map.of(), Set.of(), List.of());
  }

  /// Takes a directory to be as it was in the pass before; whether it can be.
  boolean takeAsBefore(String id, long inode) {
    Remembered known = last.get(id);
    if (known == null || known.inode() != inode || !known.isComplete()) {
      return false;
    }
    current.put(id, known);
    return true;
  }

  /// Reads the files of the directory `id`, which is open as `own`.
  void read(Directory own, String id, long inode) throws IOException {
    var link = StoreFile.of(own, LINK);
    var lower = StoreFile.of(own, LOWER);
    Stamp stamp = StoreFile.stamp(link, lower);
    Remembered known = last.get(id);
    if (known == null || known.inode() != inode || !known.stamp().holdsAt(stamp)) {
      var overlay = OverlayRecord.unresolved(text(link), text(lower));
      known = new Remembered(new CacheId(id), inode, stamp, overlay);
    }
    current.put(id, known);
  }

  /// Reads the directory `id` of `home`, if it is there.
  void read(Directory home, CacheId id, String homePath, ReadFailures failures) {
    try (Directory own = home.openDirectory(id.value())) {
      read(own, id.value(), own.status().inode());
    } catch (NoSuchFileException absent) {
      // Then it has written down nothing.
    } catch (IOException unreadable) {
      failures.path(homePath + "/" + id, unreadable);
    }
  }

  /// Ends a pass in which all layers and mounts were read, by reading where their short names lead
  /// and what else they stand on.
  ///
  /// @param directories the names of all directories in `home`
  Overlays end(
      Directory home,
      String homePath,
      Set<String> directories,
      Freshness freshness,
      ReadFailures failures) {
    try {
      Links links = linkStore.read(home, freshness);
      links
          .unreadable()
          .forEach((name, why) -> failures.path(homePath + "/" + OverlayRecord.LINKS + name, why));
      var records = resolve(home, homePath, links, failures);
      return new Overlays(
          records, unclaimed(home, homePath, links, directories, failures), links.strays());
    } catch (IOException unreadable) {
      failures.path(homePath + "/" + LinkStore.LINKS, unreadable);
      return Overlays.NONE;
    } finally {
      last = current;
      current = HashMap.newHashMap(last.size());
    }
  }

  private Map<CacheId, OverlayRecord> resolve(
      Directory home, String homePath, Links links, ReadFailures failures) {
    Deque<Remembered> open = new ArrayDeque<>(current.values());
    Map<CacheId, OverlayRecord> records = HashMap.newHashMap(current.size());
    while (!open.isEmpty()) {
      Remembered next = resolve(open.pop(), links);
      if (isObscured(next.overlay(), links)) {
        continue;
      }
      records.put(next.id(), next.overlay());
      Optional<CacheId> below = next.overlay().below();
      if (below.isPresent() && !current.containsKey(below.get().value())) {
        read(home, below.get(), homePath, failures);
        Optional.ofNullable(current.get(below.get().value())).ifPresent(open::push);
      }
    }
    return records;
  }

  /// Whether it is not known where one of its short names leads.
  private static boolean isObscured(OverlayRecord overlay, Links links) {
    Set<String> unreadable = links.unreadable().keySet();
    return !unreadable.isEmpty()
        && Stream.concat(overlay.link().stream(), nearest(overlay.lower()).stream())
            .anyMatch(unreadable::contains);
  }

  /// The directory with what its short names lead to.
  private Remembered resolve(Remembered known, Links links) {
    if (known.isComplete() && links.onlyAdds()) {
      return known;
    }
    OverlayRecord written = known.overlay();
    Optional<String> target = target(written.link().filter(OverlayRecord::isLink), links);
    Optional<String> nearest = target(nearest(written.lower()), links);
    Optional<CacheId> below = nearest.isPresent() ? directory(nearest.get()) : Optional.empty();
    boolean leadsHome =
        target.isPresent() && target.get().equals(OverlayRecord.targetOf(known.id()));
    var overlay = new OverlayRecord(written.link(), target, written.lower(), below, leadsHome);
    var resolved = new Remembered(known.id(), known.inode(), known.stamp(), overlay);
    current.put(known.id().value(), resolved);
    return resolved;
  }

  private static Optional<String> target(Optional<String> link, Links links) {
    return link.isPresent() ? links.target(link.get()) : Optional.empty();
  }

  /// The short name that `lower` begins with.
  private static Optional<String> nearest(Optional<String> lower) {
    return lower
        .filter(text -> text.length() >= NEAREST_LENGTH && text.startsWith(OverlayRecord.LINKS))
        .map(text -> text.substring(OverlayRecord.LINKS.length(), NEAREST_LENGTH))
        .filter(OverlayRecord::isLink);
  }

  private Optional<CacheId> directory(String target) {
    String name = LinkStore.directory(target);
    Remembered known = current.get(name);
    if (known != null) {
      return Optional.of(known.id());
    }
    try {
      return name.isEmpty() ? Optional.empty() : Optional.of(new CacheId(name));
    } catch (IllegalArgumentException unsafe) {
      return Optional.empty();
    }
  }

  /// The short names that no directory has for its own.
  private Set<String> unclaimed(
      Directory home,
      String homePath,
      Links links,
      Set<String> directories,
      ReadFailures failures) {
    var doubtful = new Doubtful();
    for (String link : links.names()) {
      String directory = LinkStore.directory(links.target(link).orElse(""));
      Optional<String> own = ownLink(directory);
      if (own.isEmpty()) {
        doubtful.sort(link, directory, directories);
      } else if (!own.get().equals(link)) {
        doubtful.links.add(link);
      }
    }
    if (!doubtful.links.isEmpty()) {
      for (String directory : directories) {
        if (doubtful.isOpen(directory) && ownLink(directory).isEmpty()) {
          try {
            findLink(home, directory).ifPresent(doubtful.links::remove);
          } catch (IOException unreadable) {
            failures.path(homePath + "/" + directory + "/" + LINK, unreadable);
            return Set.of(); // Any of them may be this directory's.
          }
        }
      }
    }
    return doubtful.links;
  }

  /// The short name that a directory is known to have and that leads to it.
  private Optional<String> ownLink(String directory) {
    Remembered known = current.get(directory);
    return known != null && known.overlay().leadsHome() ? known.overlay().link() : Optional.empty();
  }

  private static Optional<String> findLink(Directory home, String directory) throws IOException {
    try {
      return StoreFile.of(home, directory + "/" + LINK).find(String::strip);
    } catch (MalformedFileException none) {
      return Optional.empty();
    }
  }

  /// The content of a file; of what is no such file, what it is.
  private static Optional<String> text(StoreFile file) throws IOException {
    try {
      return file.find(text -> text);
    } catch (MalformedFileException malformed) {
      return Optional.of(malformed.reason());
    }
  }

  /// Short names that are not the only one to lead to a directory, and the directories in question.
  ///
  /// The symbolic link is made before the `link` file and removed before the directory, so that one
  /// which leads to a directory is that directory's, unless another does too.
  private static final class Doubtful {
    private final Map<String, String> linkOf = new HashMap<>();
    private final Set<String> links = new TreeSet<>();
    private final Set<String> contested = new HashSet<>();

    void sort(String link, String directory, Set<String> directories) {
      if (!directories.contains(directory)) {
        links.add(link);
        return;
      }
      String other = linkOf.putIfAbsent(directory, link);
      if (other != null) {
        links.add(link);
        links.add(other);
        contested.add(directory);
      }
    }

    /// Whether no link is clearly the one of `directory`, so that only it can tell.
    boolean isOpen(String directory) {
      return contested.contains(directory) || !linkOf.containsKey(directory);
    }
  }
}
