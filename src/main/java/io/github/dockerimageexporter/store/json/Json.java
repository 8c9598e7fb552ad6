package io.github.dockerimageexporter.store.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the store's JSON documents as Go does: what it takes is taken, what it refuses is refused.
///
/// | input                                        | here and in Go                            |
/// |----------------------------------------------|-------------------------------------------|
/// | invalid UTF-8 in a text                      | replaced by U+FFFD                        |
/// | half of a surrogate pair, escaped            | replaced by U+FFFD ([LoneSurrogates])         |
/// | the same name twice                          | the last one counts, objects are merged   |
/// | a name in another case                       | the same name ([#fold])                   |
/// | null                                         | as if the field were not there            |
/// | more than 10,000 levels                      | refused                                   |
/// | byte order mark, NaN, comment, spare comma   | refused                                   |
///
/// Go has no other limits. Here a name, text or number has at most 1,048,576 characters, and what
/// has more can only be called unreadable.
///
/// Values are taken from Jackson's tokens, and those that nobody asks for are skipped, so that a
/// document takes little more memory than its bytes.
///
/// Source: Go, `encoding/json` (scanner.go, decode.go, fold.go).
public final class Json {
  private static final int MAX_LEVELS = 10_000;
  private static final int MAX_LENGTH = 1 << 20;

  /// The only characters beyond ASCII that fold to letters in it.
  private static final char LONG_S = '\u017f';

  private static final char KELVIN = '\u212a';

  /// Names are not kept beyond their document: a hostile one has millions.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_LEVELS)
                  .maxNameLength(MAX_LENGTH)
                  .maxStringLength(MAX_LENGTH)
                  .maxNumberLength(MAX_LENGTH)
                  .build())
          .build();

  private Json() {}

  /// Makes something of a value, which it need not read to its end.
  @FunctionalInterface
  public interface Reading<T extends @Nullable Object> {
    T of(Value value) throws IOException;
  }

  /// Takes one field of an object after the other.
  @FunctionalInterface
  public interface Fields {
    void take(String name, Value value) throws IOException;
  }

  /// Takes one element of an array after the other.
  @FunctionalInterface
  public interface Elements {
    void take(Value value) throws IOException;
  }

  /// Reads a document that must end where its value ends.
  ///
  /// @throws IllegalArgumentException if Go refuses it, or `reading` does
  /// @throws BeyondLimitException if it cannot be read here, whatever Go makes of it
  public static <T extends @Nullable Object> T readWhole(byte[] content, Reading<T> reading)
      throws BeyondLimitException {
    return read(content, true, reading);
  }

  /// Reads the first value of a document; what follows it does not matter.
  ///
  /// @throws IllegalArgumentException if Go refuses it, or `reading` does
  /// @throws BeyondLimitException if it cannot be read here, whatever Go makes of it
  public static <T extends @Nullable Object> T readFirst(byte[] content, Reading<T> reading)
      throws BeyondLimitException {
    return read(content, false, reading);
  }

  /// The name of a field as Go compares it with the names that it knows, all of which are ASCII.
  public static String fold(String name) {
    int same = 0;
    while (same < name.length() && fold(name.charAt(same)) == name.charAt(same)) {
      same++;
    }
    if (same == name.length()) {
      return name;
    }
    var folded = new StringBuilder(name.length()).append(name, 0, same);
    for (int i = same; i < name.length(); i++) {
      folded.append(fold(name.charAt(i)));
    }
    return folded.toString();
  }

  private static char fold(char c) {
    return switch (c) {
      case LONG_S -> 's';
      case KELVIN -> 'k';
      default -> c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    };
  }

  private static <T extends @Nullable Object> T read(
      byte[] content, boolean whole, Reading<T> reading) throws BeyondLimitException {
    try (JsonParser parser = parser(content)) {
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException("not JSON: empty");
      }
      var value = new Value(parser);
      T result = reading.of(value);
      value.skip();
      if (whole && parser.nextToken() != null) {
        throw new IllegalArgumentException("not JSON: more than one value");
      }
      return result;
    } catch (BeyondLimitException beyond) {
      throw beyond;
    } catch (StreamConstraintsException beyond) {
      throw new BeyondLimitException(
          "found a name, string or number of more than %d characters, the limit here"
              .formatted(MAX_LENGTH));
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(
          "not JSON: " + Quote.line(malformed.getOriginalMessage()), malformed);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static JsonParser parser(byte[] content) throws IOException {
    var bytes = new ByteArrayInputStream(LoneSurrogates.replace(content));
    return FACTORY.createParser(new InputStreamReader(bytes, StandardCharsets.UTF_8));
  }

  /// The value that the parser stands at: to be read once, or passed over.
  public static final class Value {
    private final JsonParser parser;

    private Value(JsonParser parser) {
      this.parser = parser;
    }

    public boolean isNull() {
      return is(JsonToken.VALUE_NULL);
    }

    boolean isText() {
      return is(JsonToken.VALUE_STRING);
    }

    boolean isFlag() {
      return is(JsonToken.VALUE_TRUE) || is(JsonToken.VALUE_FALSE);
    }

    /// Whether it is a whole number of 64 bits.
    boolean isInteger() throws IOException {
      if (!is(JsonToken.VALUE_NUMBER_INT)) {
        return false;
      }
      try {
        Long.parseLong(parser.getText());
        return true;
      } catch (NumberFormatException tooLarge) {
        return false;
      }
    }

    boolean isArray() {
      return is(JsonToken.START_ARRAY);
    }

    /// A text; empty for null.
    public Optional<String> text(String what) throws IOException {
      require(isText(), what, "a string");
      return isNull() ? Optional.empty() : Optional.of(parser.getText());
    }

    /// A whole number of 64 bits; empty for null.
    public Optional<Long> integer(String what) throws IOException {
      require(isInteger(), what, "a whole number");
      return isNull() ? Optional.empty() : Optional.of(Long.parseLong(parser.getText()));
    }

    /// True or false; empty for null.
    public Optional<Boolean> flag(String what) {
      require(isFlag(), what, "true or false");
      return isNull() ? Optional.empty() : Optional.of(is(JsonToken.VALUE_TRUE));
    }

    /// Gives the fields of an object to `fields`; none for null.
    public void object(String what, Fields fields) throws IOException {
      require(is(JsonToken.START_OBJECT), what, "an object");
      if (isNull()) {
        return;
      }
      while (next() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        next();
        fields.take(name, this);
        skip();
      }
    }

    /// Gives the elements of an array to `elements`; none for null.
    public void array(String what, Elements elements) throws IOException {
      require(isArray(), what, "an array");
      if (isNull()) {
        return;
      }
      while (next() != JsonToken.END_ARRAY) {
        elements.take(this);
        skip();
      }
    }

    /// Asks for one kind of value; Go takes null for any.
    ///
    /// @throws IllegalArgumentException if it is neither
    void require(boolean met, String what, String expected) {
      if (!met && !isNull()) {
        throw new IllegalArgumentException("%s: expected %s".formatted(what, expected));
      }
    }

    private boolean is(JsonToken token) {
      return parser.currentToken() == token;
    }

    /// Goes to the end of a value that was not read, or is read to its end already.
    private void skip() throws IOException {
      int depth = 0;
      for (JsonToken token = parser.currentToken(); ; token = next()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() && depth > 0 ? -1 : 0;
        if (depth == 0) {
          return;
        }
      }
    }

    private JsonToken next() throws IOException {
      try {
        return parser.nextToken();
      } catch (BeyondLimitException beyond) {
        throw beyond;
      } catch (StreamConstraintsException beyond) {
        if (parser.getParsingContext().getNestingDepth() > MAX_LEVELS) {
          throw new IllegalArgumentException(
              "not JSON: more than " + MAX_LEVELS + " levels", beyond);
        }
        throw beyond;
      }
    }
  }
}
