package io.github.dockerimageexporter.content.size;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.Targets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TarSplitReaderTest {
  @TempDir private Path directory;

  @Test
  void addsUpTheFilesOfALayer() {
    var store = new SampleStore(directory);
    store.image("app:1", "base");
    Path file = store.layer(chainId("base")).resolve("tar-split.json.gz");

    assertThat(read(file)).isEqualTo(new TarSplit.Valid(SampleStore.sizeBytes("base")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'{\"type\":1,\"name\":\"a\",\"size\":7,\"payload\":\"AA==\",\"position\":0}' | 7",
        "'{\"type\":1,\"size\":7}{\"type\":1,\"size\":8}' | 15",
        "'{\"type\":2,\"size\":7,\"payload\":\"\"}' | 0",
        "'{\"type\":1,\"name\":\"empty\",\"payload\":null}' | 0",
        "'{\"type\":2,\"other\":[{\"size\":9}]}' | 0",
        "'' | 0",
      })
  void takesTheLengthsOfFilesAlone(String lines, long expected) throws IOException {
    assertThat(read(write(gzip(lines)))).isEqualTo(new TarSplit.Valid(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "7",
        "{}",
        "{\"type\":3}",
        "{\"type\":1,\"size\":-1}",
        "{\"type\":1,\"size\":\"7\"}",
        "{\"type\":1,\"size\":1.5}",
        "{\"type\":1,\"size\":99999999999999999999}",
        "{\"type\":1,\"size\":9223372036854775807}{\"type\":1,\"size\":1}",
        "{\"type\":1,\"size\":7",
        "{\"type\":2,\"payload\":\"AAAA",
        "{\"type\":2}nonsense",
      })
  void whatIsNoRecordIsInvalid(String lines) throws IOException {
    assertThat(read(write(gzip(lines)))).isInstanceOf(TarSplit.Invalid.class);
  }

  @Test
  void anEmptyFileIsCutShort() throws IOException {
    assertThat(read(write(new byte[0]))).isEqualTo(new TarSplit.Invalid("cut short"));
  }

  @Test
  void aRecordWithoutItsEndIsCutShort() throws IOException {
    byte[] whole = gzip("{\"type\":2,\"payload\":\"" + "AAAA".repeat(1000) + "\"}");

    assertThat(read(write(Arrays.copyOf(whole, whole.length - 1))))
        .isEqualTo(new TarSplit.Invalid("cut short"));
  }

  @Test
  void aChangedByteIsNoticed() throws IOException {
    byte[] changed = gzip("{\"type\":1,\"size\":7}");
    changed[changed.length - 8] ^= 1;

    assertThat(read(write(changed)))
        .isEqualTo(new TarSplit.Invalid("not gzip: Corrupt GZIP trailer"));
  }

  @Test
  void plainTextIsNotGzip() throws IOException {
    assertThat(read(write("{\"type\":2}".getBytes(StandardCharsets.US_ASCII))))
        .isEqualTo(new TarSplit.Invalid("not gzip: Not in GZIP format"));
  }

  @Test
  void aDirectoryIsNoRecord() {
    assertThat(read(directory)).isEqualTo(new TarSplit.Invalid("expected a regular file"));
  }

  @Test
  void aSymbolicLinkIsNotFollowed() throws IOException {
    Path link = directory.resolve("link");
    Files.createSymbolicLink(link, write(gzip("{\"type\":2}")));

    assertThat(TarSplitReader.read(Targets.tarSplit(link, 1))).isEmpty();
  }

  @Test
  void aFileThatVanishedSaysNothing() {
    Path gone = directory.resolve("gone");

    assertThat(TarSplitReader.read(Targets.tarSplit(gone, 1))).isEmpty();
  }

  @Test
  void aLineOfManyMegabytesTakesNoMemory() throws IOException {
    Path file = directory.resolve("long");
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      gzip.write("{\"type\":2,\"payload\":\"".getBytes(StandardCharsets.US_ASCII));
      byte[] megabyte = new byte[1 << 20];
      Arrays.fill(megabyte, (byte) 'A');
      for (int i = 0; i < 300; i++) {
        gzip.write(megabyte);
      }
      gzip.write("\"}".getBytes(StandardCharsets.US_ASCII));
    }

    assertThat(read(file)).isEqualTo(new TarSplit.Valid(0));
  }

  private static TarSplit read(Path file) {
    return TarSplitReader.read(Targets.tarSplit(file, 1)).orElseThrow();
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(directory.resolve("tar-split.json.gz"), content);
  }

  private static byte[] gzip(String text) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return compressed.toByteArray();
  }
}
