package io.github.dockerimageexporter.snapshot;

import java.nio.file.Path;
import java.util.Optional;

/// A directory that could hold the content of a layer or a container, and who owns it.
///
/// They stand in the home of the graph driver or snapshotter.
///
/// @param path where it is
/// @param content the child that holds a layer's content; empty if the directory itself does
/// @param inode tells a directory, or the child with the content, from a later one of the same name
public record StoreDirectory(Path path, Optional<String> content, long inode, Owner owner) {

  public StoreDirectory ownedBy(Owner other) {
    return new StoreDirectory(path, content, inode, other);
  }

  /// Who answers for a directory; `label` is the value of the exported `owner` label.
  public enum Owner {
    LAYER("layer"),
    /// A container or another mount of a chain, in the store of a graph driver.
    MOUNT("mount"),
    /// A container, in containerd's store.
    CONTAINER("container"),
    BUILD_CACHE("build_cache"),
    /// Work that holds on to what it needs.
    LEASE("lease"),
    /// A layer on its way into the layer store or out of it.
    REMOVING("removing"),
    /// Nothing, and it is reported as a problem.
    ORPHAN("orphan"),
    /// Another namespace of containerd, whose images are not read.
    OTHER_NAMESPACE("other_namespace"),
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
