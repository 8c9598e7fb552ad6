package io.github.dockerimageexporter.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Symbolic links on the way to a path.
final class Links {
  /// As many as the kernel follows.
  private static final int MOST_LINKS = 40;

  private Links() {}

  /// Where `path` leads, as far as that can be seen.
  static Path target(Path path) {
    return target(path.toAbsolutePath().normalize(), MOST_LINKS);
  }

  private static Path target(Path path, int links) {
    try {
      return path.toRealPath();
    } catch (IOException notThere) {
      return path.getNameCount() == 0 || links == 0 ? path : lastSeen(path, links);
    }
  }

  private static Path lastSeen(Path path, int links) {
    Path parent = path.getParent();
    Path seen = (parent == null ? path : target(parent, links)).resolve(path.getFileName());
    try {
      return target(seen.resolveSibling(Files.readSymbolicLink(seen)).normalize(), links - 1);
    } catch (IOException noLink) {
      return seen;
    }
  }
}
