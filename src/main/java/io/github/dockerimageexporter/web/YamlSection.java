package io.github.dockerimageexporter.web;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The keys of one level of the file. A key without a value is one that is not there.
///
/// All methods throw an [IllegalArgumentException] that names the key whose value is of another
/// kind.
final class YamlSection {
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
  private static final Set<String> FALSE = Set.of("false", "no", "off", "n");

  private final String prefix;
  private final JsonNode node;

  private YamlSection(String prefix, JsonNode node) {
    this.prefix = prefix;
    this.node = node;
  }

  /// @param keys all that may stand in it
  static YamlSection root(JsonNode root, Set<String> keys) {
    return new YamlSection("", root).of(keys);
  }

  /// The section below `key`; one without keys if there is none.
  YamlSection section(String key, Set<String> keys) {
    return new YamlSection(prefix + key + ".", node.path(key)).of(keys);
  }

  boolean isEmpty() {
    return node.isEmpty();
  }

  Optional<String> text(String key) {
    return Optional.of(node.path(key))
        .filter(value -> !isAbsent(value))
        .map(value -> scalar(key, value))
        .filter(text -> !text.isEmpty());
  }

  List<String> texts(String key) {
    JsonNode values = node.path(key);
    if (isAbsent(values)) {
      return List.of();
    }
    if (!values.isArray()) {
      throw wrong(key, "a list", values);
    }
    return elements(values).map(value -> scalar(key, value)).toList();
  }

  /// The keys below `key`, whatever they are called, in the file's order.
  Map<String, String> textsByName(String key) {
    JsonNode values = node.path(key);
    if (isAbsent(values)) {
      return Map.of();
    }
    if (!values.isObject()) {
      throw wrong(key, "keys and values", values);
    }
    var texts = new LinkedHashMap<String, String>();
    values.properties().forEach(entry -> texts.put(entry.getKey(), scalar(key, entry.getValue())));
    return texts;
  }

  boolean flag(String key, boolean otherwise) {
    return text(key).map(text -> parseFlag(key, text)).orElse(otherwise);
  }

  /// The exception that says what is wrong with the value of `key`.
  IllegalArgumentException invalid(String key, String reason) {
    return new IllegalArgumentException(prefix + key + ": " + reason);
  }

  private YamlSection of(Set<String> keys) {
    if (!isAbsent(node) && !node.isObject()) {
      throw new IllegalArgumentException(
          "%sexpected keys and values, found %s"
              .formatted(prefix.isEmpty() ? "" : prefix.replaceAll("\\.$", ": "), kind(node)));
    }
    node.properties().stream()
        .map(Map.Entry::getKey)
        .filter(key -> !keys.contains(key))
        .findFirst()
        .ifPresent(
            key -> {
              throw new IllegalArgumentException("unknown key " + prefix + key);
            });
    return this;
  }

  private boolean parseFlag(String key, String text) {
    if (!TRUE.contains(text) && !FALSE.contains(text)) {
      throw invalid(key, "expected true or false, found \"" + text + "\"");
    }
    return TRUE.contains(text);
  }

  private String scalar(String key, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      throw wrong(key, "a string", value);
    }
    return value.asText();
  }

  private IllegalArgumentException wrong(String key, String expected, JsonNode found) {
    return invalid(key, "expected %s, found %s".formatted(expected, kind(found)));
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT, POJO -> "keys and values";
      case STRING, BINARY -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case NULL, MISSING -> "nothing";
    };
  }
}
