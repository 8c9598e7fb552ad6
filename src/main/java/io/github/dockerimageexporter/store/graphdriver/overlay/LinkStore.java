package io.github.dockerimageexporter.store.graphdriver.overlay;

import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.ObjectList;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Reads `<driver>/l` of overlay2 and its kin: a symbolic link `<link>` to `../<id>/diff` for each
/// directory, whose `link` file has that short name.
///
/// A symbolic link cannot be edited in place, so that none has changed while the stat of `l` has
/// not.
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
public final class LinkStore {
  public static final String LINKS = "l";
  private static final String BEFORE = "../";
  private static final String AFTER = "/diff";

  private final ObjectList list = new ObjectList();
  private Links last = Links.NONE;

  /// A symbolic link.
  ///
  /// @param directory that it leads to; empty if its target is not of the form that the driver
  ///     writes
  /// @param other its target then
  private record Link(long inode, String directory, String other) {
    String target() {
      return directory.isEmpty() ? other : BEFORE + directory + AFTER;
    }
  }

  /// The short names of one pass.
  ///
  /// @param strays what is no symbolic link
  /// @param unreadable the short names of which it is not known where they lead, and why
  /// @param added those that were not there in the pass before
  /// @param onlyAdds whether each short name of the pass before is there still, and leads where it
  ///     did
  record Links(
      PersistentMap<String, Link> links,
      Set<String> strays,
      Map<String, IOException> unreadable,
      Set<String> added,
      boolean onlyAdds) {
    private static final Links NONE =
        new Links(PersistentMap.empty(KeyOrder.byHash()), Set.of(), Map.of(), Set.of(), false);

    /// Where the short name `link` leads; empty if there is no such symbolic link.
    Optional<String> target(String link) {
      return Optional.ofNullable(links.get(link)).map(Link::target);
    }

    /// The directory that the short name `link` leads to; empty if it leads to none.
    String directory(String link) {
      return Optional.ofNullable(links.get(link)).map(Link::directory).orElse("");
    }

    /// Tells of all short names, each with the directory that it leads to, as [#directory] does.
    void forEach(BiConsumer<String, String> action) {
      links.forEach((name, link) -> action.accept(name, link.directory()));
    }

    private Links unchanged() {
      return new Links(links, strays, unreadable, Set.of(), true);
    }
  }

  /// The short names in `home`; none if `l` is not there.
  ///
  /// @param path that of `home`, relative to the data root
  /// @param shared the name of a directory, which is kept elsewhere, too, where it is known
  Links read(Directory home, String path, UnaryOperator<String> shared, Freshness freshness)
      throws IOException {
    Optional<Set<String>> changed = freshness.changedIn(path + "/" + LINKS);
    var file = StoreFile.of(home, LINKS);
    if (last.unreadable.isEmpty() && list.isAsListed(file.stamp())) {
      last = last.unchanged();
    } else if (file.isThere()) {
      last = list(home, changed, shared);
    } else {
      list.forget();
      last = changed(Links.NONE.links, Set.of(), Map.of());
    }
    return last;
  }

  private Links list(Directory home, Optional<Set<String>> changed, UnaryOperator<String> shared)
      throws IOException {
    var pass = new Pass(last);
    try (Directory directory = home.openDirectory(LINKS)) {
      list.look(
          directory,
          changed,
          last.unreadable.keySet(),
          () -> ObjectList.union(last.links.keySet(), last.strays),
          entry -> pass.add(directory, entry, shared),
          pass::remove);
    } catch (IOException failure) {
      list.forget();
      throw failure;
    }
    return changed(pass.links.done(), pass.strays, pass.unreadable);
  }

  /// What a pass makes of the short names of the one before.
  private static final class Pass {
    private final PersistentMap<String, Link>.Editor links;
    private final Set<String> strays;
    private final Map<String, IOException> unreadable = new HashMap<>();

    private Pass(Links before) {
      this.links = before.links.edit();
      this.strays = new TreeSet<>(before.strays);
    }

    void add(Directory directory, DirectoryEntry entry, UnaryOperator<String> shared) {
      String name = entry.name();
      strays.remove(name);
      try {
        @Nullable Link link = link(directory, entry, links.get(name), shared);
        if (link == null) {
          links.remove(name);
          strays.add(name);
        } else {
          links.put(name, link);
        }
      } catch (IOException failure) {
        links.remove(name);
        unreadable.put(name, failure);
      }
    }

    void remove(String name) {
      links.remove(name);
      strays.remove(name);
    }
  }

  private Links changed(
      PersistentMap<String, Link> links, Set<String> strays, Map<String, IOException> unreadable) {
    var added = new HashSet<String>();
    var others = new AtomicBoolean();
    links.changesSince(
        last.links,
        (name, was, _) -> {
          if (was == null) {
            added.add(name);
          } else {
            others.set(true);
          }
        });
    return new Links(links, strays, unreadable, added, !others.get());
  }

  /// What `entry` is now; null if it is no symbolic link.
  private static @Nullable Link link(
      Directory directory, DirectoryEntry entry, @Nullable Link known, UnaryOperator<String> shared)
      throws IOException {
    if (entry.kind() != FileKind.SYMBOLIC_LINK) {
      return null;
    }
    String target = directory.readLink(entry.name()).orElse("");
    return known != null && known.inode() == entry.inode() && known.target().equals(target)
        ? known
        : of(entry.inode(), target, shared);
  }

  private static Link of(long inode, String target, UnaryOperator<String> shared) {
    String directory = directory(target);
    return directory.isEmpty()
        ? new Link(inode, "", target)
        : new Link(inode, shared.apply(directory), "");
  }

  /// The directory that `target` leads to; empty if it is not of the form that the driver writes.
  private static String directory(String target) {
    boolean isOurs =
        target.startsWith(BEFORE)
            && target.endsWith(AFTER)
            && target.length() > BEFORE.length() + AFTER.length();
    String name = isOurs ? target.substring(BEFORE.length(), target.length() - AFTER.length()) : "";
    return name.indexOf('/') < 0 ? name : "";
  }
}
