package io.github.dockerimageexporter.demo;

import static io.github.dockerimageexporter.demo.StoreFiles.DRIVER_DIRECTORY;
import static io.github.dockerimageexporter.demo.StoreFiles.PRIVATE_DIRECTORY;
import static io.github.dockerimageexporter.demo.StoreFiles.PRIVATE_FILE;
import static io.github.dockerimageexporter.demo.StoreFiles.PUBLIC_DIRECTORY;
import static io.github.dockerimageexporter.demo.StoreFiles.PUBLIC_FILE;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The directories of overlay2 and fuse-overlayfs: each holds its own layer's content.
///
/// | path            | content                                                           |
/// |-----------------|-------------------------------------------------------------------|
/// | `<id>/diff/`    | the layer's content                                               |
/// | `<id>/link`     | a short name of 26 letters and digits                             |
/// | `l/<link>`      | a link to `../<id>/diff`                                          |
/// | `<id>/work/`    | the kernel's own; not in a base layer                             |
/// | `<id>/lower`    | `l/<link>` of every layer below, nearest first; not in a base one |
/// | `<id>/committed`| empty; there once a layer stands on this one                      |
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`.
record OverlayDirectories(Path home) implements LayerDirectories {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int LINK_LENGTH = 26;

  @Override
  public void start() {
    StoreFiles.makeDirectories(home, DRIVER_DIRECTORY);
    StoreFiles.makeDirectories(links(), PRIVATE_DIRECTORY);
  }

  @Override
  public void create(CacheId id, Optional<CacheId> parent) {
    StoreFiles.makeDirectories(directory(id), DRIVER_DIRECTORY);
    StoreFiles.makeDirectories(content(id), PUBLIC_DIRECTORY);
    StoreFiles.link(links().resolve(link(id)), Path.of("..", id.value(), "diff"));
    StoreFiles.replace(directory(id).resolve("link"), link(id), PUBLIC_FILE);
    parent.ifPresent(below -> stack(id, below));
  }

  @Override
  public void remove(CacheId id) {
    StoreFiles.delete(links().resolve(link(id)));
    StoreFiles.delete(directory(id));
  }

  @Override
  public Path content(CacheId id) {
    return directory(id).resolve("diff");
  }

  private void stack(CacheId id, CacheId parent) {
    StoreFiles.makeDirectories(directory(id).resolve("work"), PRIVATE_DIRECTORY);
    StoreFiles.replace(directory(parent).resolve("committed"), "", PRIVATE_FILE);
    StoreFiles.replace(directory(id).resolve("lower"), lower(parent), PUBLIC_FILE);
  }

  /// What `lower` says for a layer that stands on `parent`.
  private String lower(CacheId parent) {
    String nearest = "l/" + StoreFiles.read(directory(parent).resolve("link"));
    Path lower = directory(parent).resolve("lower");
    return Files.exists(lower) ? nearest + ":" + StoreFiles.read(lower) : nearest;
  }

  private Path directory(CacheId id) {
    return home.resolve(id.value());
  }

  private Path links() {
    return home.resolve("l");
  }

  /// The short name of `id`. Docker draws it at random; here it follows from the ID.
  private static String link(CacheId id) {
    String hex = Digest.of("link " + id).hex();
    var link = new StringBuilder(LINK_LENGTH);
    for (int i = 0; i < LINK_LENGTH; i++) {
      int value = Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
      link.append(BASE32.charAt(value % BASE32.length()));
    }
    return link.toString();
  }
}
