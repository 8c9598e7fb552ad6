package io.github.dockerimageexporter.demo;

import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Reference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The references of a sample, written anew to `repositories.json` with every change.
///
/// Source: moby, `reference/store.go`.
final class References {
  private final Path file;
  private final Map<String, Map<String, String>> repositories = new TreeMap<>();

  References(Path file) {
    this.file = file;
  }

  void put(String name, ImageId id) {
    repositories.computeIfAbsent(repository(name), _ -> new TreeMap<>()).put(name, id.toString());
    write();
  }

  /// @throws IllegalArgumentException if there is no such name
  void remove(String name) {
    Map<String, String> names = repositories.getOrDefault(repository(name), Map.of());
    if (!names.containsKey(name)) {
      throw new IllegalArgumentException("no image is called \"%s\"".formatted(name));
    }
    names.remove(name);
    repositories.values().removeIf(Map::isEmpty);
    write();
  }

  /// The names of `id`, sorted.
  List<String> of(ImageId id) {
    return repositories.values().stream()
        .flatMap(names -> names.entrySet().stream())
        .filter(name -> name.getValue().equals(id.toString()))
        .map(Map.Entry::getKey)
        .toList();
  }

  void write() {
    StoreFiles.replace(file, SampleJson.repositories(repositories), StoreFiles.PRIVATE_FILE);
  }

  private static String repository(String name) {
    return new Reference(name, "").repository();
  }
}
