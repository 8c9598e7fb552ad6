package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.OverlayRecord;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what overlay2 and fuse-overlayfs have written down about their directories, pass after
/// pass.
///
/// | in the driver's home     | read again when                                    |
/// |--------------------------|----------------------------------------------------|
/// | `<id>/link` and `/lower` | their stat has changed                             |
/// | `l/<link>`               | the stat of `l` has changed, and then its own has  |
///
/// A symbolic link cannot be edited in place, so none has changed while `l` has not. One that was
/// not found is looked for in every pass.
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
final class OverlayStore {
  private static final String LINK = "link";
  private static final String LOWER = "lower";
  private static final String LINKS = "l/";
  private static final int NEAREST_LENGTH = "l/".length() + 26;
  private static final Pattern TARGET = Pattern.compile("\\.\\./([^/]+)/diff");

  private Map<String, Remembered> last = Map.of();
  private Map<String, Remembered> current = new HashMap<>();
  private long links;

  /// @param files the stamp of the directory's own files
  /// @param links the stamp of `l` when the short names were last asked for
  /// @param names the stamp of the short names themselves
  private record Remembered(
      CacheId id, long inode, long files, long links, long names, OverlayRecord overlay) {

    boolean isComplete() {
      return overlay.leadsHome() && overlay.lower().isPresent() == overlay.below().isPresent();
    }
  }

  void begin(Directory home) throws IOException {
    links = StoreFile.of(home, "l").stamp();
  }

  /// Takes a directory to be as it was in the pass before; whether it can be.
  boolean trust(String id, long inode) {
    Remembered known = last.get(id);
    if (known == null || known.inode() != inode || !known.isComplete()) {
      return false;
    }
    current.put(id, known);
    return true;
  }

  /// Reads the directory `id` of `home`, which is open as `own`.
  void read(Directory home, Directory own, String id, long inode) throws IOException {
    var link = StoreFile.of(own, LINK);
    var lower = StoreFile.of(own, LOWER);
    long files = StoreFile.stamp(link, lower);
    Remembered known = last.get(id);
    if (known != null && (known.inode() != inode || known.files() != files)) {
      known = null;
    }
    current.put(
        id,
        known != null
            ? renew(home, known)
            : remember(home, new CacheId(id), inode, files, text(link), text(lower)));
  }

  /// Ends a pass in which all layers and mounts were read, by reading what else they stand on.
  Map<CacheId, OverlayRecord> end(Directory home, String homePath, Blindness blindness) {
    Deque<Remembered> open = new ArrayDeque<>(current.values());
    Map<CacheId, OverlayRecord> records = HashMap.newHashMap(current.size());
    while (!open.isEmpty()) {
      Remembered next = open.pop();
      records.put(next.id(), next.overlay());
      CacheId below = next.overlay().below().orElse(next.id());
      if (!current.containsKey(below.value())) {
        read(home, below, homePath, blindness);
        Optional.ofNullable(current.get(below.value())).ifPresent(open::push);
      }
    }
    last = current;
    current = HashMap.newHashMap(last.size());
    return records;
  }

  /// Reads the directory `id` of `home`, if it is there.
  void read(Directory home, CacheId id, String homePath, Blindness blindness) {
    try (Directory own = home.openDirectory(id.value())) {
      read(home, own, id.value(), own.status().inode());
    } catch (NoSuchFileException absent) {
      // Then it has written down nothing.
    } catch (IOException unreadable) {
      blindness.path(homePath + "/" + id, unreadable);
    }
  }

  /// A directory whose own files are as before: asks for the short names, unless none can have
  /// changed.
  private Remembered renew(Directory home, Remembered known) throws IOException {
    OverlayRecord overlay = known.overlay();
    if (known.isComplete() && known.links() == links) {
      return known;
    }
    if (known.isComplete() && known.names() == names(home, overlay.link(), overlay.lower())) {
      return new Remembered(
          known.id(), known.inode(), known.files(), links, known.names(), overlay);
    }
    return remember(
        home, known.id(), known.inode(), known.files(), overlay.link(), overlay.lower());
  }

  private Remembered remember(
      Directory home,
      CacheId id,
      long inode,
      long files,
      Optional<String> link,
      Optional<String> lower)
      throws IOException {
    long names = names(home, link, lower);
    Optional<String> target = target(home, link.map(text -> LINKS + text));
    Optional<CacheId> below = target(home, nearest(lower)).flatMap(OverlayStore::directory);
    boolean leadsHome = target.filter(OverlayRecord.targetOf(id)::equals).isPresent();
    return new Remembered(
        id, inode, files, links, names, new OverlayRecord(link, target, lower, below, leadsHome));
  }

  private static long names(Directory home, Optional<String> link, Optional<String> lower)
      throws IOException {
    Optional<String> own = link.filter(OverlayRecord::isLink).map(text -> LINKS + text);
    Optional<String> nearest = nearest(lower);
    return 31 * (own.isPresent() ? StoreFile.of(home, own.get()).stamp() : StoreFile.ABSENT)
        + (nearest.isPresent() ? StoreFile.of(home, nearest.get()).stamp() : StoreFile.ABSENT);
  }

  /// Where the short name `path`, below the driver's home, leads.
  private static Optional<String> target(Directory home, Optional<String> path) throws IOException {
    if (path.filter(text -> OverlayRecord.isLink(text.substring(LINKS.length()))).isEmpty()) {
      return Optional.empty();
    }
    try {
      return home.readLink(path.get());
    } catch (UnexpectedFileException noLink) {
      return Optional.empty();
    }
  }

  /// The first element of `lower`.
  private static Optional<String> nearest(Optional<String> lower) {
    return lower
        .filter(text -> text.length() >= NEAREST_LENGTH && text.startsWith(LINKS))
        .map(text -> text.substring(0, NEAREST_LENGTH))
        .filter(text -> OverlayRecord.isLink(text.substring(LINKS.length())));
  }

  private static Optional<CacheId> directory(String target) {
    Matcher matcher = TARGET.matcher(target);
    try {
      return matcher.matches() ? Optional.of(new CacheId(matcher.group(1))) : Optional.empty();
    } catch (IllegalArgumentException unsafe) {
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
}
