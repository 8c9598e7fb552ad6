package io.github.dockerimageexporter.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The files below `deploy/`.
public final class DeployFiles {
  private static final Path DIRECTORY = Path.of("deploy").toAbsolutePath();
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private DeployFiles() {}

  /// The file or directory `name`, such as `prometheus/alerts.yaml`.
  public static Path path(String name) {
    return DIRECTORY.resolve(name);
  }

  public static JsonNode read(String name) {
    return read(path(name));
  }

  public static JsonNode read(Path file) {
    try {
      return YAML.readTree(file.toFile());
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  /// The documents of a text, which `---` parts.
  public static List<JsonNode> documents(String text) throws IOException {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      return documents.readAll();
    }
  }

  public static void write(Path file, JsonNode content) throws IOException {
    YAML.writeValue(file.toFile(), content);
  }

  /// The YAML files of a directory, in order of their names.
  public static List<Path> yamlFiles(String directory) throws IOException {
    try (Stream<Path> files = Files.list(path(directory))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  /// All rules of a rule file, of whichever group.
  public static List<JsonNode> rules(String name) {
    return read(name).get("groups").valueStream().flatMap(DeployFiles::rulesOf).toList();
  }

  public static List<JsonNode> alerts() {
    return rules("prometheus/alerts.yaml");
  }

  private static Stream<JsonNode> rulesOf(JsonNode group) {
    return group.get("rules").valueStream();
  }
}
