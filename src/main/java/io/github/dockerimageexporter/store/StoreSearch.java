package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Finds the stores of graph drivers in `image`, and what else stands there.
///
/// | in `image`                                  | is                                            |
/// |---------------------------------------------|-----------------------------------------------|
/// | `<driver>`, with one of [#STORE_PARTS]      | the store of a driver                         |
/// | `<host>/<name>:<tag>`, with one of them     | the store of a storage plugin, of whose name  |
/// |                                             | the driver's label is                         |
/// | `identity-cache.db`                         | a cache of dockerd with containerd's store    |
/// | anything else                               | not read                                      |
///
/// Source: moby, `daemon/daemon.go`, `daemon/graphdriver/plugin.go` (up to 28).
final class StoreSearch {
  private static final List<String> STORE_PARTS =
      List.of("imagedb", "layerdb", "repositories.json");

  /// More parts than the name of a plugin has, and more directories than are looked through.
  private static final int MOST_LEVELS = 8;

  private static final int MOST_DIRECTORIES = 1000;

  private final RootDirectory root;
  private final List<GraphDriverLayout> stores = new ArrayList<>();
  private final Map<String, String> notRead = new TreeMap<>();
  private int directories;

  StoreSearch(RootDirectory root) {
    this.root = root;
  }

  /// Those that were found so far.
  List<GraphDriverLayout> stores() {
    return stores;
  }

  /// Why, for each path that is not read; relative to the data root.
  Map<String, String> notRead() {
    return notRead;
  }

  /// Finds what stands in `image` of the root that `prefix` leads to.
  ///
  /// @throws AccessDeniedException if that cannot be listed
  void in(String prefix) throws IOException {
    try (Directory image = root.openFilledDirectory(prefix + "image")) {
      for (DirectoryEntry entry : image.entries()) {
        if (!mayBeDirectory(entry)) {
          passOver(prefix, entry);
        } else if (!find(prefix, entry.name(), MOST_LEVELS)) {
          notRead.put(
              prefix + "image/" + entry.name(),
              "not an image store: it contains no " + String.join(" and no ", STORE_PARTS));
        }
      }
    } catch (NoSuchFileException none) {
      // No daemon has made one yet.
    }
  }

  private void passOver(String prefix, DirectoryEntry entry) {
    String path = "image/" + entry.name();
    if (!path.equals(DataRoot.IDENTITY_CACHE)) {
      notRead.put(prefix + path, "not a directory");
    }
  }

  /// Adds the store that `name` is, or those below it; whether there is any.
  private boolean find(String prefix, String name, int levels) throws IOException {
    String path = prefix + "image/" + name;
    if (isStore(path)) {
      stores.add(new GraphDriverLayout(prefix, name));
      return true;
    }
    directories++;
    boolean found = false;
    if (levels > 1 && directories <= MOST_DIRECTORIES) {
      for (String child : directoriesIn(path)) {
        found |= find(prefix, name + "/" + child, levels - 1);
      }
    }
    return found;
  }

  private List<String> directoriesIn(String path) throws IOException {
    try (Directory directory = root.openDirectory(path)) {
      return directory.sortedEntries().stream()
          .filter(StoreSearch::mayBeDirectory)
          .map(DirectoryEntry::name)
          .toList();
    } catch (NoSuchFileException vanished) {
      return List.of();
    }
  }

  /// Whether a directory in `image` is a store. One that cannot be looked into is taken for one:
  /// then its parts are unreadable, not absent.
  private boolean isStore(String path) {
    try {
      for (String part : STORE_PARTS) {
        if (root.find(path + "/" + part).isPresent()) {
          return true;
        }
      }
      return false;
    } catch (IOException notVisible) {
      return true;
    }
  }

  /// Whether it is a directory, or a link, which may lead to one.
  static boolean mayBeDirectory(DirectoryEntry entry) {
    return entry.isDirectory() || entry.kind() == FileKind.SYMBOLIC_LINK;
  }
}
