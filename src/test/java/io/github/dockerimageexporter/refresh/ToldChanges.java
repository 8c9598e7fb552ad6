package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.store.WatchedRoot;
import io.github.dockerimageexporter.store.WatchedRoots;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
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
    note(dataRoot, files);
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

  /// Notes what `path` is, and all below it. Nothing tells of a directory that something in it has
  /// changed.
  private static void note(Path path, Map<Path, String> files) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:ino,mode,ctime,isDirectory", LinkOption.NOFOLLOW_LINKS);
    String state = attributes.get("ino") + " " + attributes.get("mode");
    if (!Boolean.TRUE.equals(attributes.get("isDirectory"))) {
      files.put(path, state + " " + attributes.get("ctime"));
      return;
    }
    files.put(path, state);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        note(entry, files);
      }
    }
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
