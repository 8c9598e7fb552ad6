package io.github.dockerimageexporter.snapshot;

import java.nio.file.Path;
import java.util.Optional;

/// A directory that could hold the content of a layer or a container, and who owns it.
///
/// In a graph driver's store they stand in the driver's home.
///
/// @param path where it is
/// @param content the child that holds a layer's content; empty if the directory itself does
/// @param inode tells a directory from a later one of the same name
public record StoreDirectory(Path path, Optional<String> content, long inode, Owner owner) {

  public StoreDirectory ownedBy(Owner other) {
    return new StoreDirectory(path, content, inode, other);
  }

  /// Who answers for a directory; `label` is the value of the exported `owner` label.
  public enum Owner {
    LAYER("layer"),
    /// A container or another mount of a chain.
    MOUNT("mount"),
    BUILD_CACHE("build_cache"),
    /// A layer on its way into the layer store or out of it.
    REMOVING("removing"),
    /// Nothing, and it is reported as a problem.
    ORPHAN("orphan"),
    /// The driver itself, or nothing that is known yet.
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
