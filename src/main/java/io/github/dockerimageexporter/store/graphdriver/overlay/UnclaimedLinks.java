package io.github.dockerimageexporter.store.graphdriver.overlay;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StoreFile;
import io.github.dockerimageexporter.store.graphdriver.overlay.LinkStore.Links;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Finds the short names that no directory has for its own; those that seem so are kept from pass
/// to pass.
final class UnclaimedLinks {
  private final Function<String, Optional<String>> ownLink;
  private final Set<String> seeming = new HashSet<>();

  /// @param ownLink the short name that a directory is known to have and that leads to it
  UnclaimedLinks(Function<String, Optional<String>> ownLink) {
    this.ownLink = ownLink;
  }

  void forget() {
    seeming.clear();
  }

  /// Takes the short names of a pass.
  ///
  /// @param all whether another directory may have any of them now; only more of them, if not
  void follow(boolean all, Links links) {
    if (all) {
      seeming.clear();
      links.forEach(this::add);
    } else {
      seeming.removeIf(link -> isClaimed(link, links.directory(link)));
      links.added().forEach(link -> add(link, links.directory(link)));
    }
  }

  private void add(String link, String directory) {
    if (!isClaimed(link, directory)) {
      seeming.add(link);
    }
  }

  /// Whether the directory that a short name leads to has it for its own.
  private boolean isClaimed(String link, String directory) {
    Optional<String> own = ownLink.apply(directory);
    return own.isPresent() && own.get().equals(link);
  }

  /// The short names that no directory has for its own; none if one cannot be asked.
  Set<String> find(
      Directory home,
      String homePath,
      Links links,
      Set<String> directories,
      ReadFailures failures) {
    var doubtful = new Doubtful();
    for (String link : seeming) {
      String directory = links.directory(link);
      if (ownLink.apply(directory).isEmpty()) {
        doubtful.sort(link, directory, directories);
      } else {
        doubtful.links.add(link);
      }
    }
    if (!doubtful.links.isEmpty()) {
      for (String directory : directories) {
        if (doubtful.isOpen(directory) && ownLink.apply(directory).isEmpty()) {
          try {
            findLink(home, directory).ifPresent(doubtful.links::remove);
          } catch (IOException unreadable) {
            failures.path(homePath + "/" + directory + "/" + OverlayStore.LINK, unreadable);
            return Set.of(); // Any of them may be this directory's.
          }
        }
      }
    }
    return doubtful.links;
  }

  private static Optional<String> findLink(Directory home, String directory) throws IOException {
    try {
      return StoreFile.of(home, directory + "/" + OverlayStore.LINK).find(String::strip);
    } catch (MalformedFileException none) {
      return Optional.empty();
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
