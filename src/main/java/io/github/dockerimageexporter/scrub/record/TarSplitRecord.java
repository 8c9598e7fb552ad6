package io.github.dockerimageexporter.scrub.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.scrub.tar.MalformedTarException;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarParser;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/// Reads a tar-split record piece by piece: the bytes of the tar, and the files between them.
///
/// | field      | value                                                                   |
/// |------------|-------------------------------------------------------------------------|
/// | `type`     | 1 for a file, 2 for the tar's own bytes; stands before the others        |
/// | `name`     | of a file, as in its header; `name_raw`, in base64, if that is no UTF-8  |
/// | `size`     | the length of the file; left out if it is 0                              |
/// | `payload`  | base64 of the bytes; of a file, the eight of its [Crc64]                 |
///
/// Nothing is kept but the piece it is at, and a piece of the tar is handed on as it is decoded, so
/// that the memory it takes does not grow with the record.
///
/// Source: vbatts/tar-split, `tar/storage/entry.go`, `tar/asm/assemble.go`.
public final class TarSplitRecord {
  private static final int FILE = 1;
  private static final int SEGMENT = 2;
  private static final int MAX_TEXT = 64 * 1024;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(MAX_TEXT)
                  .maxNameLength(MAX_TEXT)
                  .build())
          .build();

  private final JsonParser parser;
  private final EntryVisitor visitor;
  private final TarParser tar = new TarParser();
  private final OutputStream segments = new Segments();
  private long type;
  private long size;
  private String name = "";
  private long checksum;

  private TarSplitRecord(JsonParser parser, EntryVisitor visitor) {
    this.parser = parser;
    this.visitor = visitor;
  }

  /// Reads a record to its end.
  ///
  /// @throws IOException if it cannot be read, or is none
  public static void read(RegularFile file, EntryVisitor visitor) throws IOException {
    try (InputStream unpacked = UnpackedRecord.of(file);
        JsonParser parser = JSON.createParser(unpacked)) {
      var record = new TarSplitRecord(parser, visitor);
      while (parser.nextToken() != null) {
        record.readPiece();
      }
    }
  }

  private void readPiece() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedTarException("record that is not made of objects");
    }
    type = 0;
    size = 0;
    name = "";
    checksum = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      if (parser.nextToken() == null) {
        throw new EOFException();
      }
      readField(field);
    }
    if (type == FILE) {
      visitor.file(takeEntry(), checksum);
      tar.skipContent(size);
    } else if (type != SEGMENT) {
      throw new MalformedTarException("record with a piece of an unknown type");
    }
  }

  private void readField(String field) throws IOException {
    switch (field) {
      case "type" -> type = number();
      case "size" -> size = number();
      case "name" -> name = TarPath.of(parser.getText());
      case "name_raw" -> {
        byte[] bytes = bytes();
        name = TarPath.of(bytes, 0, bytes.length);
      }
      case "payload" -> readPayload();
      default -> parser.skipChildren();
    }
  }

  private void readPayload() throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (type == SEGMENT) {
      decode(segments);
    } else {
      byte[] bytes = bytes();
      checksum = bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).getLong() : 0;
    }
  }

  private long number() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
      throw new MalformedTarException("record with a malformed number");
    }
    return parser.getLongValue();
  }

  private byte[] bytes() throws IOException {
    var bytes = new Bounded();
    decode(bytes);
    return bytes.toByteArray();
  }

  private void decode(OutputStream target) throws IOException {
    try {
      parser.readBinaryValue(target);
    } catch (IllegalArgumentException malformed) {
      throw new MalformedTarException("record with malformed base64");
    }
  }

  /// The entry whose header was among the bytes before, with the name and size that count.
  private TarEntry takeEntry() throws IOException {
    TarEntry entry =
        tar.takeEntry()
            .orElseThrow(() -> new MalformedTarException("file that has no header in its tar"));
    if (entry.type() != TarEntry.Type.GLOBAL_HEADER && entry.sizeBytes() != size) {
      throw new MalformedTarException("file of another size than its header in its tar");
    }
    return entry.withPath(name);
  }

  /// The bytes of the tar.
  private final class Segments extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      visitor.segment(bytes, offset, length);
      tar.accept(bytes, offset, length);
    }
  }

  /// Bytes that are kept, and so must be few.
  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      if (length > MAX_TEXT - bytes.size()) {
        throw new UnverifiableException("its record has a name too long for a file");
      }
      bytes.write(source, offset, length);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
