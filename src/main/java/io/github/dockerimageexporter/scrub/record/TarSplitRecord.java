package io.github.dockerimageexporter.scrub.record;

import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.scrub.json.JsonReader;
import io.github.dockerimageexporter.scrub.tar.MalformedTarException;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarParser;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

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
  private static final byte[] TYPE = field("type");
  private static final byte[] SIZE = field("size");
  private static final byte[] NAME = field("name");
  private static final byte[] NAME_RAW = field("name_raw");
  private static final byte[] PAYLOAD = field("payload");

  private final JsonReader json;
  private final EntryVisitor visitor;
  private final TarParser tar = new TarParser(false); // the record has the paths
  private final JsonReader.Sink segments = this::readSegment;
  private long type;
  private long size;
  private String name = "";
  private long checksum;

  private TarSplitRecord(JsonReader json, EntryVisitor visitor) {
    this.json = json;
    this.visitor = visitor;
  }

  private static byte[] field(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  /// Reads a layer's record to its end.
  ///
  /// @throws IOException if it cannot be read, or is none
  public static void read(TarSplitFile layers, EntryVisitor visitor) throws IOException {
    try (RegularFile file = UnpackedStream.open(layers);
        InputStream unpacked = UnpackedStream.ofRecord(file)) {
      var record = new TarSplitRecord(new JsonReader(unpacked), visitor);
      while (record.json.nextObject()) {
        record.readPiece();
      }
    }
  }

  /// Reads a record to its end, for nothing but the sum of the lengths of its files.
  ///
  /// @throws IOException if it cannot be read, or is none
  public static long contentBytes(RegularFile file) throws IOException {
    try (InputStream unpacked = UnpackedStream.ofRecord(file)) {
      var record = new TarSplitRecord(new JsonReader(unpacked), (_, _) -> {});
      long sum = 0;
      while (record.json.nextObject()) {
        sum += record.readLength();
        if (sum < 0) {
          throw new MalformedTarException("record of more than a disk can hold");
        }
      }
      return sum;
    }
  }

  private long readLength() throws IOException {
    begin();
    while (json.nextField()) {
      if (!readCount()) {
        json.skipValue();
      }
    }
    requireType();
    return type == FILE ? size : 0;
  }

  private void readPiece() throws IOException {
    begin();
    while (json.nextField()) {
      readField();
    }
    requireType();
    if (type == FILE) {
      TarEntry entry = takeEntry();
      if (!entry.isRoot()) {
        visitor.file(entry, checksum);
      }
      tar.skipContent(size);
    }
  }

  private void begin() {
    type = 0;
    size = 0;
    name = "";
    checksum = 0;
  }

  private void requireType() throws MalformedTarException {
    if (type != FILE && type != SEGMENT) {
      throw new MalformedTarException("record with a piece of an unknown type");
    }
  }

  /// Reads the field that it is at, if that is a number that matters.
  private boolean readCount() throws IOException {
    if (json.isText(TYPE)) {
      type = json.readCount();
      return true;
    }
    if (json.isText(SIZE)) {
      size = json.readCount();
      return true;
    }
    return false;
  }

  private void readField() throws IOException {
    if (json.isText(PAYLOAD)) {
      readPayload();
    } else if (readCount()) {
      return;
    } else if (json.isText(NAME)) {
      json.readText();
      name = TarPath.of(json.text(), 0, json.length());
    } else if (json.isText(NAME_RAW)) {
      json.readBytes();
      name = TarPath.of(json.text(), 0, json.length());
    } else {
      json.skipValue();
    }
  }

  private void readPayload() throws IOException {
    if (json.skipNull()) {
      return;
    }
    if (type == SEGMENT) {
      json.readBase64(segments);
    } else {
      json.readBytes();
      checksum = json.length() == Long.BYTES ? ByteBuffer.wrap(json.text()).getLong() : 0;
    }
  }

  private void readSegment(byte[] bytes, int offset, int length) throws IOException {
    visitor.segment(bytes, offset, length);
    tar.accept(bytes, offset, length);
  }

  /// The entry whose header was among the bytes before, with the name and size that count.
  private TarEntry takeEntry() throws IOException {
    TarEntry entry =
        tar.takeEntry()
            .orElseThrow(() -> new MalformedTarException("file that has no header in its tar"));
    if (entry.type() == TarEntry.Type.SPARSE) {
      throw UnverifiableException.ofSparseFiles();
    }
    if (entry.type() != TarEntry.Type.GLOBAL_HEADER && entry.sizeBytes() != size) {
      throw new MalformedTarException("file of another size than its header in its tar");
    }
    return entry.withPath(name);
  }
}
