package io.github.dockerimageexporter.demo;

import static io.github.dockerimageexporter.demo.StoreFiles.PRIVATE_DIRECTORY;
import static io.github.dockerimageexporter.demo.StoreFiles.PUBLIC_DIRECTORY;
import static io.github.dockerimageexporter.demo.StoreFiles.PUBLIC_FILE;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The `layerdb` of a sample: its layers and mounts, with their directories in the graph driver.
///
/// Source: moby, `layer/filestore.go`, `layer/layer_store.go`.
final class LayerDb {
  private final Path layerDb;
  private final LayerDirectories directories;

  LayerDb(Path layerDb, LayerDirectories directories) {
    this.layerDb = layerDb;
    this.directories = directories;
  }

  /// Where the driver keeps the layer. Docker draws the ID at random; here it follows from the
  /// chain, since one diff can be in several chains.
  static CacheId cacheId(ChainId chainId) {
    return new CacheId(Digest.of("cache " + chainId).hex());
  }

  boolean has(ChainId chainId) {
    return Files.isDirectory(layer(chainId));
  }

  Path layer(ChainId chainId) {
    return layerDb.resolve("sha256", chainId.digest().hex());
  }

  Path mount(String name) {
    return layerDb.resolve("mounts", name);
  }

  /// Adds a layer as a pull does: directory, write set, content; then all of it in one rename.
  void register(SampleLayer layer, ChainId chainId, Optional<ChainId> parent) {
    CacheId cacheId = cacheId(chainId);
    directories.create(cacheId, parent.map(LayerDb::cacheId));
    StoreFiles.makeDirectories(layerDb.resolve("tmp"), PRIVATE_DIRECTORY);
    Path writeSet = StoreFiles.makeTemporaryDirectory(layerDb.resolve("tmp"), "write-set-");
    write(writeSet, "tar-split.json.gz", layer.tar().tarSplit());
    layer.unpack(directories.content(cacheId));
    write(writeSet, "diff", layer.diffId().toString());
    write(writeSet, "size", Long.toString(layer.sizeBytes()));
    write(writeSet, "cache-id", cacheId.toString());
    parent.ifPresent(below -> write(writeSet, "parent", below.toString()));
    StoreFiles.makeDirectories(layerDb.resolve("sha256"), PRIVATE_DIRECTORY);
    StoreFiles.rename(writeSet, layer(chainId));
  }

  /// Removes a layer as dockerd does: out of the way in one rename, then bit by bit.
  void remove(ChainId chainId) {
    Path layer = layer(chainId);
    String suffix = "-" + Digest.of("removing " + chainId).hex() + "-removing";
    Path removing = layer.resolveSibling(layer.getFileName() + suffix);
    StoreFiles.rename(layer, removing);
    directories.remove(cacheId(chainId));
    StoreFiles.delete(removing);
  }

  /// Adds a container's mount on top of `parent`, the init layer first.
  void mount(String containerId, Optional<ChainId> parent) {
    var mountId = new CacheId(Digest.of("mount " + containerId).hex());
    var initId = new CacheId(mountId + "-init");
    directories.create(initId, parent.map(LayerDb::cacheId));
    directories.create(mountId, Optional.of(initId));
    Path mount = mount(containerId);
    StoreFiles.makeDirectories(mount, PUBLIC_DIRECTORY);
    write(mount, "mount-id", mountId.toString());
    write(mount, "init-id", initId.toString());
    parent.ifPresent(below -> write(mount, "parent", below.toString()));
  }

  /// Removes a container's mount: directories first, then its files one by one.
  void unmount(String containerId) {
    var mountId = new CacheId(StoreFiles.read(mount(containerId).resolve("mount-id")));
    directories.remove(mountId);
    directories.remove(new CacheId(mountId + "-init"));
    for (String name : List.of("parent", "mount-id", "init-id")) {
      StoreFiles.delete(mount(containerId).resolve(name));
    }
    StoreFiles.delete(mount(containerId));
  }

  private static void write(Path directory, String name, String content) {
    StoreFiles.create(directory.resolve(name), content, PUBLIC_FILE);
  }

  private static void write(Path directory, String name, byte[] content) {
    StoreFiles.create(directory.resolve(name), content, PUBLIC_FILE);
  }
}
