package io.github.dockerimageexporter.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// JSON of visible ASCII alone: what a terminal obeys or a reader cannot see is escaped, and half
/// of a character, which UTF-8 cannot express, is kept.
///
/// | value                                | is written as                             |
/// |--------------------------------------|-------------------------------------------|
/// | a record                             | an object of its components, in their order |
/// | an iterable                          | an array, made while it is written        |
/// | text, number, truth value, null      | itself                                    |
///
/// By tokens, without Jackson's mapper: that takes more memory than all else that the exporter
/// needs for a report.
public final class AsciiJson {
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .characterEscapes(new DeleteEscaped())
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private AsciiJson() {}

  /// Writes `value` to `out`, which stays open.
  static void write(Object value, OutputStream out) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(out)) {
      write(value, json);
    }
  }

  public static String text(Object value) {
    var bytes = new ByteArrayOutputStream();
    try {
      write(value, bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException("text is written to memory", impossible);
    }
    return bytes.toString(StandardCharsets.US_ASCII);
  }

  /// The value of a field that is null while it is not known.
  public static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  private static void write(@Nullable Object value, JsonGenerator json) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case String text -> json.writeString(text);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Boolean truth -> json.writeBoolean(truth);
      case Iterable<?> values -> writeArray(values, json);
      case Record fields -> writeObject(fields, json);
      default ->
          throw new IllegalArgumentException(
              value.getClass() + ": expected a record, an iterable or a plain value");
    }
  }

  private static void writeArray(Iterable<?> values, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Object value : values) {
      write(value, json);
    }
    json.writeEndArray();
  }

  private static void writeObject(Record fields, JsonGenerator json) throws IOException {
    json.writeStartObject();
    for (RecordComponent field : fields.getClass().getRecordComponents()) {
      json.writeFieldName(field.getName());
      write(valueOf(field, fields), json);
    }
    json.writeEndObject();
  }

  private static @Nullable Object valueOf(RecordComponent field, Record fields) {
    try {
      field.getAccessor().setAccessible(true);
      return field.getAccessor().invoke(fields);
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException(field + " cannot be read", failure);
    }
  }

  /// JSON's own escapes, and DEL, the one ASCII control that JSON does not escape.
  private static final class DeleteEscaped extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final char DELETE = '\u007f';

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      codes[DELETE] = ESCAPE_STANDARD;
      return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
      return null;
    }
  }
}
