package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads `<driver>/l` of overlay2 and its kin: a symbolic link `<link>` to `../<id>/diff` for each
/// directory, whose `link` file has that short name.
///
/// A symbolic link cannot be edited in place, so that none has changed while the stat of `l` has
/// not.
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
final class LinkStore {
  static final String LINKS = "l";
  private static final String BEFORE = "../";
  private static final String AFTER = "/diff";

  private Stamp stamp = Stamp.ABSENT;
  private Freshness lastFreshness = Freshness.EVERY_FILE;
  private Links last = Links.NONE;

  /// A symbolic link.
  ///
  /// @param target as written
  private record Link(long inode, String target) {}

  /// The short names of one pass.
  static final class Links {
    private static final Links NONE = new Links(Map.of(), List.of(), Map.of(), false);

    private final Map<String, Link> links;
    private final List<String> strays;
    private final Map<String, IOException> unreadable;
    private final boolean onlyAdds;

    private Links(
        Map<String, Link> links,
        List<String> strays,
        Map<String, IOException> unreadable,
        boolean onlyAdds) {
      this.links = links;
      this.strays = strays;
      this.unreadable = unreadable;
      this.onlyAdds = onlyAdds;
    }

    /// Where the short name `link` leads; empty if there is no such symbolic link.
    Optional<String> target(String link) {
      return Optional.ofNullable(links.get(link)).map(Link::target);
    }

    /// All short names.
    Iterable<String> names() {
      return links.keySet();
    }

    /// What is no symbolic link.
    List<String> strays() {
      return strays;
    }

    /// The short names of which it is not known where they lead, and why.
    Map<String, IOException> unreadable() {
      return unreadable;
    }

    /// Whether each short name of the pass before is still there and leads to the same place.
    boolean onlyAdds() {
      return onlyAdds;
    }
  }

  /// The short names in `home`; none if `l` is not there.
  Links read(Directory home, Freshness freshness) throws IOException {
    var file = StoreFile.of(home, LINKS);
    Stamp found = file.stamp();
    if (stamp.holdsAt(found)
        && last.unreadable.isEmpty()
        && (lastFreshness == Freshness.EVERY_FILE || lastFreshness == freshness)) {
      last = new Links(last.links, last.strays, last.unreadable, true);
      return last;
    }
    stamp = Stamp.ABSENT;
    last = file.status().isPresent() ? list(home, freshness) : Links.NONE;
    stamp = found;
    lastFreshness = freshness;
    return last;
  }

  private Links list(Directory home, Freshness freshness) throws IOException {
    try (Directory directory = home.openDirectory(LINKS)) {
      List<DirectoryEntry> entries = directory.entries();
      Map<String, Link> links = HashMap.newHashMap(entries.size());
      var strays = new ArrayList<String>();
      var unreadable = new HashMap<String, IOException>();
      int kept = 0;
      for (DirectoryEntry entry : entries) {
        Link known = last.links.get(entry.name());
        try {
          @Nullable Link link = link(directory, entry, known, freshness);
          if (link == null) {
            strays.add(entry.name());
          } else {
            links.put(entry.name(), link);
            kept += link.equals(known) ? 1 : 0;
          }
        } catch (IOException failure) {
          unreadable.put(entry.name(), failure);
        }
      }
      return new Links(links, strays, unreadable, kept == last.links.size());
    }
  }

  /// What `entry` is now; null if it is no symbolic link.
  private static @Nullable Link link(
      Directory directory, DirectoryEntry entry, @Nullable Link known, Freshness freshness)
      throws IOException {
    if (entry.kind() != FileKind.SYMBOLIC_LINK) {
      return null;
    }
    if (known != null
        && known.inode() == entry.inode()
        && freshness == Freshness.CHANGED_DIRECTORIES) {
      return known;
    }
    String target = directory.readLink(entry.name()).orElse("");
    return known != null && known.inode() == entry.inode() && known.target().equals(target)
        ? known
        : new Link(entry.inode(), target);
  }

  /// The directory that `target` leads to; empty if it is not of the form that the driver writes.
  static String directory(String target) {
    boolean isOurs =
        target.startsWith(BEFORE)
            && target.endsWith(AFTER)
            && target.length() > BEFORE.length() + AFTER.length();
    String name = isOurs ? target.substring(BEFORE.length(), target.length() - AFTER.length()) : "";
    return name.indexOf('/') < 0 ? name : "";
  }
}
