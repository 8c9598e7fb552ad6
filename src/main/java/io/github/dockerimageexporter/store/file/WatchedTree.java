package io.github.dockerimageexporter.refresh.watch;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A directory of the data root that is watched, and those below it.
///
/// | below the data root, or below `<uid>.<gid>` in it      | kind       |
/// |--------------------------------------------------------|------------|
/// | the root itself, `containers`                          | store      |
/// | `overlay2`, `fuse-overlayfs`                           | store      |
/// | `vfs`, `vfs/dir`, `btrfs`, `btrfs/subvolumes`          | store      |
/// | `containerd`, `containerd/daemon`, its two databases,  | store      |
/// | its blobs and snapshots                                |            |
/// | `image`, `image/<driver>`                              | store      |
/// | `…/imagedb`, `…/imagedb/{content,metadata}[/sha256]`   | store      |
/// | `…/layerdb`, `…/layerdb/sha256`, `…/layerdb/mounts`    | store      |
/// | `…/imagedb/metadata/sha256/<64 hex>`                   | per object |
/// | `…/layerdb/sha256/<64 hex>`, `…/layerdb/mounts/<name>` | per object |
///
/// The store's own directories are few and tell of everything that comes or goes; there are as many
/// of the others as images, layers and containers, and they tell of edits in place. Nothing else is
/// watched: a layer under construction in `layerdb/tmp` is told of by its rename.
record WatchedTree(Pattern name, boolean perObject, List<WatchedTree> below) {
  private static final String HEX = "[0-9a-f]{64}";
  private static final List<WatchedTree> STORES =
      List.of(
          store("containers"),
          store("overlay2|fuse-overlayfs"),
          store("vfs", store("dir")),
          store("btrfs", store("subvolumes")),
          store(
              "containerd",
              store(
                  "daemon",
                  store("io\\.containerd\\.metadata\\.v1\\.bolt"),
                  store(
                      "io\\.containerd\\.content\\.v1\\.content", store("blobs", store("sha256"))),
                  store("io\\.containerd\\.snapshotter\\.v1\\..+", store("snapshots")))),
          store(
              "image",
              store(
                  ".+",
                  store(
                      "imagedb",
                      store("content", store("sha256")),
                      store("metadata", store("sha256", object(HEX)))),
                  store("layerdb", store("sha256", object(HEX)), store("mounts", object(".+"))))));

  static final WatchedTree DATA_ROOT =
      store(
          "",
          Stream.concat(
                  STORES.stream(),
                  Stream.of(store("\\d+\\.\\d+", STORES.toArray(WatchedTree[]::new))))
              .toArray(WatchedTree[]::new));

  /// What a walk does with each directory it may enter.
  @FunctionalInterface
  interface Visit {
    /// Says whether the walk goes on below `directory`, which need not exist or be a directory.
    boolean enter(Path directory, WatchedTree tree) throws IOException;

    /// Is told of a directory that was entered and cannot be listed.
    default void unlisted(Path directory) {}
  }

  /// Whether an entry of this name never tells of a change: what `.tmp-` files and `-removing`
  /// directories stand for shows by another name in the same directory.
  static boolean isNoise(String name) {
    return name.startsWith(".tmp-") || name.endsWith("-removing");
  }

  /// The watched directory at a path relative to this one.
  Optional<WatchedTree> at(Path relative) {
    var found = Optional.of(this);
    for (Path entry : relative) {
      String entryName = entry.toString();
      if (!entryName.isEmpty()) {
        found = found.flatMap(tree -> tree.child(entryName));
      }
    }
    return found;
  }

  /// Visits `directory`, which stands at this place of the tree, and the watched ones below it.
  ///
  /// Lists no directory without need, so its cost is that of the directories it visits.
  ///
  /// @return whether `directory` itself was entered
  boolean walk(Path directory, boolean objects, Visit visit) throws IOException {
    if (!visit.enter(directory, this)) {
      return false;
    }
    if (below.stream().allMatch(tree -> tree.perObject && !objects)) {
      return true;
    }
    for (Path entry : list(directory, visit)) {
      Optional<WatchedTree> child = child(entry.getFileName().toString());
      if (child.isPresent()) {
        child.get().walk(entry, objects, visit);
      }
    }
    return true;
  }

  private Optional<WatchedTree> child(String entry) {
    return isNoise(entry)
        ? Optional.empty()
        : below.stream().filter(tree -> tree.name.matcher(entry).matches()).findFirst();
  }

  private static List<Path> list(Path directory, Visit visit) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      var listed = new ArrayList<Path>();
      entries.forEach(listed::add);
      return listed;
    } catch (NoSuchFileException | NotDirectoryException vanished) {
      return List.of();
    } catch (DirectoryIteratorException | FileSystemException failed) {
      visit.unlisted(directory);
      return List.of();
    }
  }

  private static WatchedTree store(String name, WatchedTree... below) {
    return new WatchedTree(Pattern.compile(name), false, List.of(below));
  }

  private static WatchedTree object(String name) {
    return new WatchedTree(Pattern.compile(name), true, List.of());
  }
}
