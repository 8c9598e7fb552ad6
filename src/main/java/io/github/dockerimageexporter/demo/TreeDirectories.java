package io.github.dockerimageexporter.demo;

import io.github.dockerimageexporter.model.CacheId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// The directories of vfs and btrfs: each holds the whole tree, its layer and all below it.
///
/// Plain directories stand in for btrfs' subvolumes, so that any file system will do.
///
/// Source: moby, `daemon/graphdriver/vfs/driver.go`, `daemon/graphdriver/btrfs/btrfs.go`.
record TreeDirectories(Path trees) implements LayerDirectories {

  @Override
  public void start() {
    StoreFiles.makeDirectories(trees, StoreFiles.DRIVER_DIRECTORY);
  }

  @Override
  public void create(CacheId id, Optional<CacheId> parent) {
    StoreFiles.makeDirectories(content(id), StoreFiles.PUBLIC_DIRECTORY);
    parent.ifPresent(below -> copy(content(below), content(id)));
  }

  @Override
  public void remove(CacheId id) {
    StoreFiles.delete(content(id));
  }

  @Override
  public Path content(CacheId id) {
    return trees.resolve(id.value());
  }

  private static void copy(Path from, Path to) {
    try (var tree = Files.walk(from)) {
      for (Path source : tree.filter(each -> !each.equals(from)).toList()) {
        Path target = to.resolve(from.relativize(source));
        Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
