package io.github.dockerimageexporter.snapshot;

import java.nio.file.Path;
import java.util.Optional;

/// A directory in the graph driver's home, and who owns it.
///
/// @param path where it is
/// @param content the child that holds a layer's content; empty if the directory itself does
/// @param inode tells a directory from a later one of the same name
public record DriverDirectory(Path path, Optional<String> content, long inode, Owner owner) {

  public DriverDirectory ownedBy(Owner other) {
    return new DriverDirectory(path, content, inode, other);
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
