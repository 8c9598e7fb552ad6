package io.github.dockerimageexporter.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/// A layer's directory, and the tar-split record that GNU tar's archive of it would have.
///
/// The checksums of single files are left out: they are only read where the whole differs.
record GeneratedLayer(Path root) {
  private static final int BLOCK = 512;
  private static final int PIECE = 64 * 1024;

  Path content() {
    return root.resolve("diff");
  }

  Path record() {
    return root.resolve("tar-split.json.gz");
  }

  DiffId diffId() throws IOException {
    return new DiffId(new Digest(Files.readString(root.resolve("diff-id"))));
  }

  /// Records what is in [#content].
  void record(Path content) throws IOException, NoSuchAlgorithmException {
    var digest = MessageDigest.getInstance("SHA-256");
    Process tar =
        new ProcessBuilder(
                "tar", "--sort=name", "--numeric-owner", "-C", content.toString(), "-c", ".")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var stream = new DigestInputStream(tar.getInputStream(), digest);
        var record = new GZIPOutputStream(Files.newOutputStream(record()))) {
      write(stream, record);
    }
    Files.writeString(root.resolve("diff-id"), HexFormat.of().formatHex(digest.digest()));
  }

  private static void write(InputStream tar, OutputStream record) throws IOException {
    var parser = new TarParser();
    var segment = new ByteArrayOutputStream();
    byte[] block = tar.readNBytes(BLOCK);
    while (block.length > 0) {
      segment.writeBytes(block);
      parser.accept(block, 0, block.length);
      TarEntry entry = parser.takeEntry().orElse(null);
      int next = BLOCK;
      if (entry != null) {
        writeSegment(record, segment);
        writeFile(record, entry);
        skip(tar, entry.sizeBytes());
        parser.skipContent(entry.sizeBytes());
        next = entry.sizeBytes() % BLOCK == 0 ? BLOCK : (int) (BLOCK - entry.sizeBytes() % BLOCK);
      }
      block = tar.readNBytes(next);
    }
    writeSegment(record, segment);
  }

  private static void writeSegment(OutputStream record, ByteArrayOutputStream segment)
      throws IOException {
    String payload = Base64.getEncoder().encodeToString(segment.toByteArray());
    segment.reset();
    writeLine(record, "{\"type\":2,\"payload\":\"" + payload + "\",\"position\":0}");
  }

  private static void writeFile(OutputStream record, TarEntry entry) throws IOException {
    String size =
        entry.sizeBytes() == 0
            ? "\"payload\":null"
            : "\"size\":%d,\"payload\":\"AAAAAAAAAAA=\"".formatted(entry.sizeBytes());
    writeLine(
        record, "{\"type\":1,\"name\":\"%s\",%s,\"position\":1}".formatted(entry.path(), size));
  }

  private static void writeLine(OutputStream record, String line) throws IOException {
    record.write((line + "\n").getBytes(US_ASCII));
  }

  private static void skip(InputStream tar, long bytes) throws IOException {
    var piece = new byte[PIECE];
    long left = bytes;
    while (left > 0) {
      left -= tar.readNBytes(piece, 0, (int) Math.min(left, PIECE));
    }
  }
}
