package io.github.dockerimageexporter.model;

import java.nio.file.Path;
import java.util.Optional;

/// A directory in the graph driver's home, and who owns it.
///
/// @param path where it is
/// @param content the child that holds a layer's content; empty if the directory itself does
/// @param inode tells a directory from a later one of the same name
public record DriverDirectory(Path path, Optional<String> content, long inode, Owner owner) {

  /// Who answers for a directory; `label` is the value of the exported `owner` label.
  public enum Owner {
    LAYER("layer"),
    MOUNT("mount"),
    BUILD_CACHE("build_cache"),
    REMOVING("removing"),
    ORPHAN("orphan"),
    OTHER("other");

    private final String label;

    Owner(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }
}
