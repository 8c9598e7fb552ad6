package io.github.dockerimageexporter.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a path leads through all symbolic links on the way, for messages; what is read is opened
/// by `RootDirectory`.
public final class RealPath {
  /// As many as the kernel follows.
  private static final int MOST_LINKS = 40;

  private RealPath() {}

  /// Where `path` leads, as far as that can be seen.
  public static Path of(Path path) {
    return of(path.toAbsolutePath().normalize(), MOST_LINKS);
  }

  private static Path of(Path path, int links) {
    try {
      return path.toRealPath();
    } catch (IOException notThere) {
      return path.getNameCount() == 0 || links == 0 ? path : lastSeen(path, links);
    }
  }

  private static Path lastSeen(Path path, int links) {
    Path parent = path.getParent();
    Path seen = (parent == null ? path : of(parent, links)).resolve(path.getFileName());
    try {
      return of(seen.resolveSibling(Files.readSymbolicLink(seen)).normalize(), links - 1);
    } catch (IOException noLink) {
      return seen;
    }
  }
}
