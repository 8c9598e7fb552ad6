package io.github.dockerimageexporter.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.dockerimageexporter.model.Quote;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Parses the store's JSON documents as forgivingly as Go does, and no more.
///
/// | input                  | here                                    | in Go                |
/// |------------------------|-----------------------------------------|----------------------|
/// | invalid UTF-8          | replaced by U+FFFD                      | the same             |
/// | nesting                | at most 1,000 deep                      | at most 10,000 deep  |
/// | the same key twice     | the last counts                         | the same             |
///
/// Jackson's trees are built here from its tokens: its mapper, which is made to bind types, takes
/// megabytes of memory and a tenth of the start for the same.
///
/// Source: Go, `encoding/json`.
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  /// Parses a document that must end where its value ends.
  ///
  /// @throws IllegalArgumentException if it is not JSON
  static JsonNode parseWhole(byte[] content) {
    return parse(content, true);
  }

  /// Parses the first value of a document; what follows it does not matter.
  ///
  /// @throws IllegalArgumentException if it is not JSON
  static JsonNode parseFirst(byte[] content) {
    return parse(content, false);
  }

  private static JsonNode parse(byte[] content, boolean whole) {
    try (JsonParser parser = FACTORY.createParser(new String(content, StandardCharsets.UTF_8))) {
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException("not JSON: empty");
      }
      JsonNode document = value(parser);
      if (whole && parser.nextToken() != null) {
        throw new IllegalArgumentException("not JSON: more than one value");
      }
      return document;
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(
          "not JSON: " + Quote.line(malformed.getOriginalMessage()), malformed);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /// The value that begins with the parser's token. The parser itself bounds how deep they nest.
  private static JsonNode value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IllegalStateException("no value begins with " + token);
    };
  }

  private static ObjectNode object(JsonParser parser) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      object.set(name, value(parser));
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }
}
