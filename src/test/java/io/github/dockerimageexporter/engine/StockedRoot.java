package io.github.dockerimageexporter.engine;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.engine.EngineFigures.ImageFigures;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A data root that an engine has left, and what the engine said of it.
///
/// Paths are given relative to the root, as the exporter gives them.
///
/// @param image one with several layers, built step by step, so that others share its lower ones
public record StockedRoot(
    Path directory, GraphDriverLayout layout, EngineFigures figures, ImageFigures image) {

  /// The root, with the image that has the name `reference`.
  public static StockedRoot of(
      Path directory, GraphDriverLayout layout, EngineFigures figures, String reference) {
    ImageFigures image =
        figures.images().values().stream()
            .filter(one -> one.references().contains(reference))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no image is called " + reference));
    return new StockedRoot(directory, layout, figures, image);
  }

  /// The chain ID of the second layer of the image: it has a parent and children.
  public String middle() {
    return image.chainIds().get(1);
  }

  public String base() {
    return image.chainIds().getFirst();
  }

  /// The images that contain the layer.
  public Set<String> imagesOf(String chainId) {
    return figures.imagesOf(chainId);
  }

  public Set<String> imagesWithLayers() {
    return figures.images().entrySet().stream()
        .filter(image -> !image.getValue().chainIds().isEmpty())
        .map(Map.Entry::getKey)
        .collect(toSet());
  }

  /// The graph driver's directory.
  public String driver() {
    return layout.driverHome();
  }

  /// The directory of all records of images and layers.
  public String imageHome() {
    return layout.imageHome();
  }

  public String repositories() {
    return imageHome() + "/repositories.json";
  }

  public String config(String imageId) {
    return imageHome() + "/imagedb/content/sha256/" + Digest.parse(imageId).hex();
  }

  public String layer(String chainId) {
    return imageHome() + "/layerdb/sha256/" + Digest.parse(chainId).hex();
  }

  /// Where the graph driver keeps the content of a layer.
  public String content(String chainId) throws IOException {
    String cacheId = read(layer(chainId) + "/cache-id");
    String content = layout.driverDirectories() + "/" + cacheId;
    return isWholeTree() ? content : content + "/diff";
  }

  /// Whether a layer's directory has all that is in the layers below it as well.
  public boolean isWholeTree() {
    return List.of("vfs", "btrfs").contains(layout.graphDriver());
  }

  public String read(String path) throws IOException {
    return Files.readString(directory.resolve(path));
  }

  public void write(String path, String content) throws IOException {
    write(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /// Makes or replaces a file; never writes into one, which may be linked to another root's.
  public void write(String path, byte[] content) throws IOException {
    Path file = directory.resolve(path);
    Files.deleteIfExists(file);
    Files.write(file, content);
  }

  /// Leaves only the first `bytes` bytes of a file.
  public void truncate(String path, int bytes) throws IOException {
    write(path, read(path).substring(0, bytes));
  }

  /// Removes a file, or a directory and all below it.
  public void delete(String path) throws IOException {
    try (var files = Files.walk(directory.resolve(path))) {
      for (Path file : files.sorted(comparingInt(Path::getNameCount).reversed()).toList()) {
        Files.delete(file);
      }
    }
  }
}
