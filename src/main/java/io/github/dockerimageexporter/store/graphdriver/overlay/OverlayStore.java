package io.github.dockerimageexporter.store.graphdriver.overlay;

import static java.util.stream.Collectors.toCollection;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.graphdriver.Lower;
import io.github.dockerimageexporter.snapshot.graphdriver.OverlayRecord;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StoreFile;
import io.github.dockerimageexporter.store.graphdriver.overlay.LinkStore.Links;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads what overlay2 and fuse-overlayfs have written down about their directories, pass after
/// pass.
///
/// | in the driver's home     | read                                                          |
/// |--------------------------|---------------------------------------------------------------|
/// | `<id>/link` and `/lower` | for each directory, again when their stat has changed         |
/// | `l/<link>`               | after them: a short name is made before its directory's files |
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
public final class OverlayStore {
  static final String LINK = "link";
  private static final String LOWER = "lower";

  private final LinkStore linkStore = new LinkStore();
  private final Map<String, Remembered> known = new HashMap<>();

  /// Those whose short names do not lead where they should, as far as is known.
  private final Set<String> incomplete = new HashSet<>();

  private final UnclaimedLinks unclaimed = new UnclaimedLinks(this::ownLink);

  private PersistentMap<CacheId, OverlayRecord> records = PersistentMap.empty(Keys.CACHE_IDS);
  private Set<String> mounts = Set.of();

  /// Of the pass that is going on: what it has read, and whether something is gone or has changed
  /// that others may stand on.
  private final Set<String> read = new HashSet<>();

  private final Set<String> readMounts = new HashSet<>();
  private boolean othersMayDiffer = true;

  /// @param stamp that of the directory's own files
  private record Remembered(CacheId id, long inode, Stamp stamp, OverlayRecord overlay) {

    boolean isComplete() {
      return overlay.leadsHome() && overlay.lower().isPresent() == overlay.below().isPresent();
    }

    int lengthOfLower() {
      return overlay.lower().isPresent() ? overlay.lower().get().length() : 0;
    }
  }

  /// What one pass found.
  ///
  /// @param unclaimed short names that are no directory's
  /// @param strays what is no short name, and stands among them
  public record Overlays(
      PersistentMap<CacheId, OverlayRecord> records, Set<String> unclaimed, Set<String> strays) {
    public static final Overlays NONE =
        new Overlays(PersistentMap.empty(Keys.CACHE_IDS), Set.of(), Set.of());
  }

  /// The directories that are to be read in each pass.
  public Set<String> incomplete() {
    return incomplete;
  }

  /// Forgets all.
  public void forget() {
    known.clear();
    incomplete.clear();
    unclaimed.forget();
    read.clear();
    readMounts.clear();
    mounts = Set.of();
    records = PersistentMap.empty(Keys.CACHE_IDS);
    othersMayDiffer = true;
  }

  /// Whether the files of the directory `entry` are those that were read.
  public boolean isAsBefore(Directory home, DirectoryEntry entry) {
    @Nullable Remembered before = known.get(entry.name());
    return before != null
        && before.inode() == entry.inode()
        && entry.holds(home, before.stamp(), LINK, LOWER);
  }

  /// Reads the files of the directory `id`, which is open as `own`.
  public void read(Directory own, String id, long inode) throws IOException {
    var link = StoreFile.of(own, LINK);
    var lower = StoreFile.of(own, LOWER);
    Stamp stamp = StoreFile.stamp(link, lower);
    Remembered before = known.get(id);
    if (before == null || before.inode() != inode || !before.stamp().holdsAt(stamp)) {
      var overlay = OverlayRecord.unresolved(text(link), text(lower));
      known.put(id, new Remembered(new CacheId(id), inode, stamp, overlay));
      othersMayDiffer |= before != null;
    }
    read.add(id);
  }

  /// Takes note that the directory `id` cannot be read, or is not one of a layer.
  public void miss(String id) {
    othersMayDiffer |= known.remove(id) != null;
    incomplete.remove(id);
  }

  /// Reads the directory `id` of `home`, a mount's, if it is there.
  public void readMount(Directory home, CacheId id, String homePath, ReadFailures failures) {
    readMounts.add(id.value());
    read(home, id, homePath, failures);
  }

  private void read(Directory home, CacheId id, String homePath, ReadFailures failures) {
    try (Directory own = home.openDirectory(id.value())) {
      read(own, id.value(), own.status().inode());
    } catch (NoSuchFileException absent) {
      miss(id.value()); // Then it has written down nothing.
    } catch (IOException unreadable) {
      miss(id.value());
      failures.path(homePath + "/" + id, unreadable);
    }
  }

  /// Ends a pass in which all layers and mounts that may have changed were read, by reading where
  /// their short names lead and what else they stand on.
  ///
  /// @param directories the names of all directories in `home`
  /// @param isLayer whether a directory of that name is a layer's
  public Overlays end(
      Directory home,
      String homePath,
      Set<String> directories,
      Predicate<String> isLayer,
      Freshness freshness,
      ReadFailures failures) {
    try {
      Links links = linkStore.read(home, homePath, this::shared, freshness);
      links
          .unreadable()
          .forEach((name, why) -> failures.path(homePath + "/" + OverlayRecord.LINKS + name, why));
      boolean all =
          othersMayDiffer
              || !links.onlyAdds()
              || !links.unreadable().isEmpty()
              || !readMounts.containsAll(mounts);
      if (all) {
        known.keySet().removeIf(id -> !isLayer.test(id) && !readMounts.contains(id));
      }
      resolve(all, home, homePath, links, failures);
      unclaimed.follow(all, links);
      mounts = Set.copyOf(readMounts);
      othersMayDiffer = !links.unreadable().isEmpty();
      return new Overlays(
          records, unclaimed.find(home, homePath, links, directories, failures), links.strays());
    } catch (IOException unreadable) {
      forget();
      failures.path(homePath + "/" + LinkStore.LINKS, unreadable);
      return Overlays.NONE;
    } finally {
      read.clear();
      readMounts.clear();
    }
  }

  private void resolve(
      boolean all, Directory home, String homePath, Links links, ReadFailures failures) {
    Deque<Remembered> open = toResolve(all);
    PersistentMap<CacheId, OverlayRecord>.Editor resolved = records.edit();
    int obscured = 0;
    while (!open.isEmpty()) {
      Remembered next = resolve(open.pop(), links);
      if (isObscured(next.overlay(), links)) {
        resolved.remove(next.id());
        obscured++;
        continue;
      }
      resolved.put(next.id(), next.overlay());
      if (!findBelow(next, home, homePath, failures, open)) {
        incomplete.add(next.id().value());
      } else {
        incomplete.remove(next.id().value());
      }
    }
    if (all) {
      resolved.retain(known.size() - obscured, id -> known.containsKey(id.value()));
      incomplete.retainAll(known.keySet());
    }
    records = resolved.done();
  }

  /// Those that stand on fewer first, so that others share what those have written down.
  private Deque<Remembered> toResolve(boolean all) {
    Stream<Remembered> directories =
        all
            ? known.values().stream()
            : Stream.concat(read.stream(), incomplete.stream())
                .distinct()
                .flatMap(id -> Stream.ofNullable(known.get(id)));
    return directories
        .sorted(Comparator.comparingInt(Remembered::lengthOfLower))
        .collect(toCollection(ArrayDeque::new));
  }

  /// Reads what a directory stands on, unless that is known already; whether all is as it should.
  private boolean findBelow(
      Remembered directory,
      Directory home,
      String homePath,
      ReadFailures failures,
      Deque<Remembered> open) {
    Optional<CacheId> below = directory.overlay().below();
    if (below.isPresent() && !known.containsKey(below.get().value())) {
      read(home, below.get(), homePath, failures);
      Optional.ofNullable(known.get(below.get().value())).ifPresent(open::push);
    }
    return directory.isComplete() && (below.isEmpty() || known.containsKey(below.get().value()));
  }

  /// Whether it is not known where one of its short names leads.
  private static boolean isObscured(OverlayRecord overlay, Links links) {
    Set<String> unreadable = links.unreadable().keySet();
    return !unreadable.isEmpty()
        && Stream.concat(overlay.link().stream(), overlay.lower().flatMap(Lower::nearest).stream())
            .anyMatch(unreadable::contains);
  }

  /// The directory with what its short names lead to.
  private Remembered resolve(Remembered read, Links links) {
    if (read.isComplete() && links.onlyAdds()) {
      return read;
    }
    OverlayRecord written = read.overlay();
    Optional<String> link = written.link().filter(OverlayRecord::isLink);
    boolean leadsHome = link.isPresent() && links.directory(link.get()).equals(read.id().value());
    Optional<String> elsewhere = leadsHome ? Optional.empty() : link.flatMap(links::target);
    Optional<CacheId> below =
        written.lower().flatMap(Lower::nearest).map(links::directory).flatMap(this::directory);
    Optional<OverlayRecord> stoodOn =
        below.map(id -> known.get(id.value())).map(Remembered::overlay);
    var overlay = written.resolved(leadsHome, elsewhere, below, stoodOn);
    var resolved = new Remembered(read.id(), read.inode(), read.stamp(), overlay);
    known.put(read.id().value(), resolved);
    return resolved;
  }

  private String shared(String directory) {
    @Nullable Remembered own = known.get(directory);
    return own == null ? directory : own.id().value();
  }

  private Optional<CacheId> directory(String name) {
    @Nullable Remembered directory = known.get(name);
    if (directory != null) {
      return Optional.of(directory.id());
    }
    try {
      return name.isEmpty() ? Optional.empty() : Optional.of(new CacheId(name));
    } catch (IllegalArgumentException unsafe) {
      return Optional.empty();
    }
  }

  /// The short name that a directory is known to have and that leads to it.
  private Optional<String> ownLink(String directory) {
    @Nullable Remembered own = known.get(directory);
    return own != null && own.overlay().leadsHome() ? own.overlay().link() : Optional.empty();
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
