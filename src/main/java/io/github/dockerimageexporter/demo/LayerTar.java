package io.github.dockerimageexporter.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.dockerimageexporter.scrub.record.Crc64;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// A layer as a tar archive, and the tar-split record that lets Docker restore it from its files.
///
/// | header field | offset | written as                          |
/// |--------------|--------|-------------------------------------|
/// | name         |      0 | text                                |
/// | mode         |    100 | 7 octal digits                      |
/// | uid, gid     |    108 | 7 octal digits each                 |
/// | size, mtime  |    124 | 11 octal digits each                |
/// | checksum     |    148 | 6 octal digits, a zero and a space  |
/// | type         |    156 | `0` file, `5` directory             |
/// | magic        |    257 | `ustar`, a zero and `00`            |
///
/// Source: POSIX, `pax`, "ustar Interchange Format"; vbatts/tar-split, `tar/storage/entry.go`.
final class LayerTar {
  private static final int BLOCK = 512;
  private static final int TRAILER = 2 * BLOCK;
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_LENGTH = 8;

  private final Instant modified;
  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();
  private final ByteArrayOutputStream segment = new ByteArrayOutputStream();
  private final StringBuilder record = new StringBuilder();
  private int position;

  LayerTar(List<LayerEntry> entries, Instant modified) {
    this.modified = modified;
    for (LayerEntry entry : entries) {
      writeSegment(header(entry));
      writeContent(entry);
      writeSegment(new byte[-(int) entry.sizeBytes() & BLOCK - 1]);
    }
    writeSegment(new byte[TRAILER]);
    recordSegment();
    recordSegment(); // Docker's own records end with an empty segment too.
  }

  byte[] bytes() {
    return tar.toByteArray();
  }

  /// The content of `tar-split.json.gz`.
  byte[] tarSplit() {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(record.toString().getBytes(US_ASCII));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return compressed.toByteArray();
  }

  /// Writes bytes that are no file's content: one segment up to the next file.
  private void writeSegment(byte[] bytes) {
    tar.writeBytes(bytes);
    segment.writeBytes(bytes);
  }

  private void writeContent(LayerEntry entry) {
    recordSegment();
    tar.writeBytes(entry.content());
    if (entry.sizeBytes() == 0) {
      recordLine("\"type\":1,\"name\":\"%s\",\"payload\":null".formatted(entry.name()));
      return;
    }
    byte[] crc = ByteBuffer.allocate(Long.BYTES).putLong(Crc64.of(entry.content())).array();
    recordLine(
        "\"type\":1,\"name\":\"%s\",\"size\":%d,\"payload\":\"%s\""
            .formatted(entry.name(), entry.sizeBytes(), base64(crc)));
  }

  private void recordSegment() {
    recordLine("\"type\":2,\"payload\":\"%s\"".formatted(base64(segment.toByteArray())));
    segment.reset();
  }

  private void recordLine(String fields) {
    record.append("{%s,\"position\":%d}\n".formatted(fields, position));
    position++;
  }

  private byte[] header(LayerEntry entry) {
    var header = new byte[BLOCK];
    put(header, 0, entry.name());
    put(header, 100, entry.isDirectory() ? "0000755" : "0000644");
    put(header, 108, "0000000");
    put(header, 116, "0000000");
    put(header, 124, "%011o".formatted(entry.sizeBytes()));
    put(header, 136, "%011o".formatted(modified.getEpochSecond()));
    put(header, 156, entry.isDirectory() ? "5" : "0");
    put(header, 257, "ustar\00000");
    Arrays.fill(header, CHECKSUM, CHECKSUM + CHECKSUM_LENGTH, (byte) ' ');
    put(header, CHECKSUM, "%06o\0".formatted(checksum(header)));
    return header;
  }

  private static int checksum(byte[] header) {
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    return sum;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
