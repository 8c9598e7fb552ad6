package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.model.Remnant;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads `<driver>/l` of overlay2 and its kin: a symbolic link `<link>` to `../<id>/diff` for each
/// directory, whose `link` file has that short name.
///
/// The link is made before the `link` file and removed before the directory, so that one which
/// points at a directory is that directory's, unless another does too.
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
final class LinkStore {
  private static final String LINKS = "l";
  private static final String BEFORE = "../";
  private static final String AFTER = "/diff";

  private final Memory<String> targets = new Memory<>();

  /// Adds the links that no directory claims.
  ///
  /// @param path that of `home`, relative to the data root
  /// @param directories the names of all directories in `home`
  void read(
      Directory home,
      String path,
      Set<String> directories,
      Blindness blindness,
      Remnants remnants) {
    String linksPath = path + "/" + LINKS;
    try (Directory links = home.openDirectory(LINKS)) {
      var doubtful = new Doubtful();
      for (DirectoryEntry entry : links.entries()) {
        if (entry.kind() == FileKind.SYMBOLIC_LINK) {
          doubtful.sort(entry.name(), target(links, entry), directories);
        } else {
          remnants.add(Remnant.Kind.STRAY, links, linksPath, entry.name());
        }
      }
      targets.turn();
      for (String unclaimed : doubtful.unclaimed(home, directories)) {
        remnants.add(Remnant.Kind.LINK, links, linksPath, unclaimed);
      }
    } catch (NoSuchFileException none) {
      return;
    } catch (IOException unreadable) {
      blindness.path(linksPath, unreadable);
    }
  }

  /// The directory that a link points at; nothing if it does not point at one.
  private String target(Directory links, DirectoryEntry entry) throws IOException {
    return targets.recall(
        entry,
        0,
        () ->
            links
                .readLink(entry.name())
                .filter(target -> target.startsWith(BEFORE) && target.endsWith(AFTER))
                .map(target -> target.substring(BEFORE.length(), target.length() - AFTER.length()))
                .orElse(""));
  }

  /// Links that are not the only one to point at a directory, and the directories in question.
  private static final class Doubtful {
    private final Map<String, String> linkOf = new HashMap<>();
    private final Set<String> links = new TreeSet<>();
    private final Set<String> contested = new HashSet<>();

    void sort(String link, String target, Set<String> directories) {
      if (!directories.contains(target)) {
        links.add(link);
        return;
      }
      String other = linkOf.putIfAbsent(target, link);
      if (other != null) {
        links.add(link);
        links.add(other);
        contested.add(target);
      }
    }

    /// Those that no `link` file names. Only directories whose link is not clear can name one.
    Set<String> unclaimed(Directory home, Set<String> directories) throws IOException {
      if (links.isEmpty()) {
        return links;
      }
      for (String directory : directories) {
        if (contested.contains(directory) || !linkOf.containsKey(directory)) {
          link(home, directory).ifPresent(links::remove);
        }
      }
      return links;
    }

    private static Optional<String> link(Directory home, String directory) throws IOException {
      try {
        return StoreFile.of(home, directory + "/link").find(String::strip);
      } catch (MalformedFileException none) {
        return Optional.empty();
      }
    }
  }
}
