package io.github.dockerimageexporter.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dockerimageexporter.scrub.record.Crc64;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// Restores a layer's tar from its tar-split record and its files, as `docker save` does.
///
/// Source: vbatts/tar-split, `tar/asm/assemble.go`.
final class TarSplit {
  private static final int SEGMENT = 2;

  private TarSplit() {}

  /// @throws IOException if a file is not what the record says
  static byte[] reassemble(Path record, Path content) throws IOException {
    var tar = new ByteArrayOutputStream();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(record)), StandardCharsets.US_ASCII))) {
      int position = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode entry = new ObjectMapper().readTree(line);
        if (entry.path("position").asInt() != position) {
          throw new IOException(record + ": expected position " + position + ", found " + line);
        }
        tar.writeBytes(bytes(entry, content));
        position++;
      }
    }
    return tar.toByteArray();
  }

  private static byte[] bytes(JsonNode entry, Path content) throws IOException {
    if (entry.path("type").asInt() == SEGMENT) {
      return entry.path("payload").binaryValue();
    }
    if (!entry.has("size")) {
      return new byte[0];
    }
    Path file = content.resolve(entry.path("name").asText());
    byte[] bytes = Files.readAllBytes(file);
    byte[] crc = ByteBuffer.allocate(Long.BYTES).putLong(Crc64.of(bytes)).array();
    if (bytes.length != entry.path("size").asLong()
        || !Arrays.equals(crc, entry.path("payload").binaryValue())) {
      throw new IOException(file + ": expected what is recorded as " + entry);
    }
    return bytes;
  }
}
