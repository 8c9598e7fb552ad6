package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.store.WatchedRoot;
import io.github.dockerimageexporter.store.WatchedRoots;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What a watch would have told of the changes between two states of a data root.
///
/// @param files what each file and directory is
/// @param watched the directories that are watched
record ToldChanges(Path dataRoot, Map<Path, String> files, Set<Path> watched) {

  /// The state of now.
  ///
  /// @param objects whether the directories of single objects are watched
  static ToldChanges now(Path dataRoot, boolean objects) throws IOException {
    Map<Path, String> files = new HashMap<>();
    try (Stream<Path> all = Files.walk(dataRoot)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        files.put(path, state(path));
      }
    }
    var watched = new HashSet<Path>();
    for (WatchedRoot root : new WatchedRoots(dataRoot, ContainerdSettings.DEFAULT).find()) {
      root.tree()
          .walk(
              root.path(),
              objects,
              (directory, _) -> {
                boolean isThere = Files.isDirectory(directory);
                if (isThere) {
                  watched.add(directory);
                }
                return isThere;
              });
    }
    return new ToldChanges(dataRoot, files, watched);
  }

  /// Nothing tells of a directory that something in it has changed.
  private static String state(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    var names =
        Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
            ? List.of("ino", "mode")
            : List.of("ino", "mode", "ctime");
    return names.stream().map(attributes::get).toList().toString();
  }

  /// What a scan that follows the changes until `now` may take for granted; nothing, if there was
  /// one of which no watch tells.
  Freshness until(ToldChanges now) {
    var told = new HashSet<Path>();
    var silent = new HashSet<Path>();
    Stream.concat(files.keySet().stream(), now.files.keySet().stream())
        .filter(path -> !String.valueOf(files.get(path)).equals(now.files.get(path)))
        .forEach(path -> (isWatched(path) || now.isWatched(path) ? told : silent).add(path));
    silent.removeIf(path -> isBelow(path, told) || path.startsWith(dataRoot.resolve("containers")));
    return silent.isEmpty()
        ? Freshness.of(told.stream().map(path -> dataRoot.relativize(path).toString()).toList())
        : Freshness.EVERY_FILE;
  }

  private boolean isWatched(Path path) {
    return watched.contains(path.getParent());
  }

  private static boolean isBelow(Path path, Set<Path> told) {
    return Stream.iterate(path, above -> above != null, Path::getParent).anyMatch(told::contains);
  }
}
