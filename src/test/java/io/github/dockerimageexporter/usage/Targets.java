package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.model.StorePath;
import java.nio.file.Path;

/// Places for tests that have no store.
public final class Targets {
  private Targets() {}

  /// A directory in a data root that is its parent.
  public static StorePath at(Path directory) {
    return new StorePath(directory.resolveSibling(""), directory, 1);
  }

  /// A file of an object in a data root that is the object's parent.
  public static StorePath file(Path file) {
    return new StorePath(file.resolve("../..").normalize(), file, 2);
  }
}
