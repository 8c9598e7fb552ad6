package io.github.dockerimageexporter.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.model.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// The blobs of a sample in containerd: files named by what they hash to, and a record of each.
///
/// Source: OCI image spec, `descriptor.md`, `manifest.md`; containerd, `core/metadata/buckets.go`.
final class SampleContent {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

  private static final String BLOB_FILE = "r--r--r--";

  /// Something that is named by its digest.
  static final class Blob {
    private final Digest digest;
    private final String mediaType;
    private final byte[] content;

    private Blob(Digest digest, String mediaType, byte[] content) {
      this.digest = digest;
      this.mediaType = mediaType;
      this.content = content;
    }

    static Blob of(String mediaType, byte[] content) {
      return new Blob(Digest.of(content), mediaType, content);
    }

    static Blob json(String mediaType, Map<String, ?> fields) {
      return of(mediaType, SampleJson.write(fields).getBytes(UTF_8));
    }

    Digest digest() {
      return digest;
    }

    String mediaType() {
      return mediaType;
    }

    long sizeBytes() {
      return content.length;
    }

    Map<String, Object> descriptor() {
      var descriptor = new LinkedHashMap<String, Object>();
      descriptor.put("mediaType", mediaType);
      descriptor.put("digest", digest.toString());
      descriptor.put("size", sizeBytes());
      return descriptor;
    }
  }

  private final Path directory;
  private final Map<String, Map<String, Object>> records = new TreeMap<>();

  SampleContent(Path directory) {
    this.directory = directory;
    StoreFiles.makeDirectories(directory, StoreFiles.PUBLIC_DIRECTORY);
  }

  Path file(Digest blob) {
    return directory.resolve(blob.hex());
  }

  /// The bucket of all records, by digest.
  Map<String, ?> records() {
    return records;
  }

  /// @param labels what it keeps from the collection, among others
  void put(Blob blob, Map<String, String> labels) {
    if (!Files.exists(file(blob.digest()))) {
      StoreFiles.create(file(blob.digest()), blob.content, BLOB_FILE);
    }
    var texts = new TreeMap<String, Object>();
    labels.forEach((name, value) -> texts.put(name, value.getBytes(UTF_8)));
    var record = new TreeMap<String, Object>();
    record.put("createdat", GoBytes.time(SampleLayer.MODIFIED));
    record.put("labels", texts);
    record.put("size", GoBytes.size(blob.sizeBytes()));
    record.put("updatedat", GoBytes.time(SampleLayer.MODIFIED));
    records.put(blob.digest().toString(), record);
  }

  /// Takes the record away; the file stays until it is deleted.
  void forget(Digest blob) {
    records.remove(blob.toString());
  }

  /// A layer as it is pushed.
  ///
  /// @param best whether it is compressed as well as possible: the same layer, and another blob
  static Blob layer(String word, boolean best) {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new Level(compressed, best)) {
      gzip.write(new SampleLayer(word).tar().bytes());
    } catch (IOException impossible) {
      throw new UncheckedIOException("compressed in memory", impossible);
    }
    return Blob.of(LAYER, compressed.toByteArray());
  }

  static Blob manifest(Blob config, List<Blob> layers) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("schemaVersion", 2L);
    fields.put("mediaType", MANIFEST);
    fields.put("config", config.descriptor());
    fields.put("layers", layers.stream().map(Blob::descriptor).toList());
    return Blob.json(MANIFEST, fields);
  }

  private static final class Level extends GZIPOutputStream {
    Level(ByteArrayOutputStream out, boolean best) throws IOException {
      super(out);
      def.setLevel(best ? Deflater.BEST_COMPRESSION : Deflater.BEST_SPEED);
    }
  }
}
