package io.github.dockerimageexporter.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What lies in a directory.
final class Contents {
  private Contents() {}

  /// The text of the file `name`.
  static String text(Path directory, String name) throws IOException {
    return Files.readString(directory.resolve(name));
  }

  /// The names of its entries, in order.
  static List<String> names(Path directory) throws IOException {
    try (var paths = Files.list(directory)) {
      return paths.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  /// The paths of all that is below it, in order.
  static List<String> tree(Path root) throws IOException {
    try (var paths = Files.walk(root)) {
      return paths.skip(1).map(p -> root.relativize(p).toString()).sorted().toList();
    }
  }
}
