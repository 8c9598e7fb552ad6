package io.github.dockerimageexporter.store.graphdriver;

import java.util.Optional;

/// What a graph driver has in the directory of a cache ID.
///
/// | driver                       | content of the layer     |
/// |------------------------------|--------------------------|
/// | `overlay2`, `fuse-overlayfs` | `diff` in the directory  |
/// | `vfs`, `btrfs`               | the directory itself     |
///
/// Of other drivers nothing is known: zfs and devicemapper keep no directory, the rest is history.
///
/// Source: moby, `daemon/graphdriver/{overlay2,fuse-overlayfs,vfs,btrfs}`.
///
/// @param content the child that holds the content, if one does
record DriverForm(Optional<String> content) {

  /// Empty for a driver of which nothing is known.
  static Optional<DriverForm> of(String graphDriver) {
    return switch (graphDriver) {
      case "overlay2", "fuse-overlayfs" -> Optional.of(new DriverForm(Optional.of("diff")));
      case "vfs", "btrfs" -> Optional.of(new DriverForm(Optional.empty()));
      default -> Optional.empty();
    };
  }

  /// Whether a directory holds one layer, and names those that it stands on.
  boolean stacks() {
    return content.isPresent();
  }
}
