package io.github.dockerimageexporter.demo;

import io.github.dockerimageexporter.model.CacheId;
import java.nio.file.Path;
import java.util.Optional;

/// The directories in which a graph driver keeps the content of layers and mounts.
sealed interface LayerDirectories permits OverlayDirectories, TreeDirectories {

  /// The directories of `driver` in `home`.
  ///
  /// @throws IllegalArgumentException if no sample can be built for `driver`
  static LayerDirectories of(String driver, Path home) {
    return switch (driver) {
      case "overlay2", "fuse-overlayfs" -> new OverlayDirectories(home);
      case "vfs" -> new TreeDirectories(home.resolve("dir"));
      case "btrfs" -> new TreeDirectories(home.resolve("subvolumes"));
      default ->
          throw new IllegalArgumentException(
              "expected overlay2, fuse-overlayfs, vfs or btrfs, found \"%s\"".formatted(driver));
    };
  }

  /// Makes what the driver makes when it starts.
  void start();

  /// Makes the empty directory `id`, on top of `parent`'s.
  void create(CacheId id, Optional<CacheId> parent);

  void remove(CacheId id);

  /// Where the content of `id` is.
  Path content(CacheId id);
}
