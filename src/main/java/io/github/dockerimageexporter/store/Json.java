package io.github.dockerimageexporter.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.model.Quote;
import java.nio.charset.StandardCharsets;

/// Parses the store's JSON documents as forgivingly as Go does, and no more.
///
/// | input                  | here                                    | in Go                |
/// |------------------------|-----------------------------------------|----------------------|
/// | invalid UTF-8          | replaced by U+FFFD                      | the same             |
/// | nesting                | at most 1,000 deep                      | at most 10,000 deep  |
/// | the same key twice     | the last counts                         | the same             |
///
/// Source: Go, `encoding/json`.
final class Json {
  private static final ObjectReader READER = new JsonMapper().reader();
  private static final ObjectReader WHOLE =
      READER.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  /// Parses a document that must end where its value ends.
  ///
  /// @throws IllegalArgumentException if it is not JSON
  static JsonNode parseWhole(byte[] content) {
    return parse(WHOLE, content);
  }

  /// Parses the first value of a document; what follows it does not matter.
  ///
  /// @throws IllegalArgumentException if it is not JSON
  static JsonNode parseFirst(byte[] content) {
    return parse(READER, content);
  }

  private static JsonNode parse(ObjectReader reader, byte[] content) {
    JsonNode document;
    try {
      document = reader.readTree(new String(content, StandardCharsets.UTF_8));
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(
          "not JSON: " + Quote.line(malformed.getOriginalMessage()), malformed);
    }
    if (document.isMissingNode()) {
      throw new IllegalArgumentException("not JSON: empty");
    }
    return document;
  }
}
