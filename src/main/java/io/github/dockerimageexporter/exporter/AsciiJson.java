package io.github.dockerimageexporter.exporter;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/// JSON of visible ASCII alone: what a terminal obeys or a reader cannot see is escaped, and half
/// of a character, which UTF-8 cannot express, is kept.
public final class AsciiJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  static {
    MAPPER.getFactory().setCharacterEscapes(new DeleteEscaped());
  }

  private AsciiJson() {}

  public static ObjectWriter writer() {
    return MAPPER.writer();
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
