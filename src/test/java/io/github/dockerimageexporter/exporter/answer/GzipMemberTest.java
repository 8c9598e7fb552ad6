package io.github.dockerimageexporter.exporter.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GzipMemberTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "0, 9", "9, 0", "9, 9", "300000, 5000", "65536, 1"})
  void oneBeginningTakesManyEnds(int length, int endLength) throws IOException {
    byte[] beginning = text("sha256:", length);
    var bytes = new ByteArrayOutputStream();
    GzipMember member;
    try (var out = new GzipMember.Beginning(bytes)) {
      out.write(beginning);
      member = out.member();
    }

    for (String word : new String[] {"one ", "another "}) {
      byte[] end = text(word, endLength);
      assertThat(unzip(bytes.toByteArray(), member.endWith(end))).isEqualTo(join(beginning, end));
    }
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "a, ''", "'', a", "docker, image", "'a much longer first text', b"})
  void checksumOfTwoTextsFollowsFromTheirs(String first, String second) {
    assertThat(Crc32.concatenate(crc(first), crc(second), second.length()))
        .isEqualTo(crc(first + second));
  }

  /// Fails if the length or the checksum is wrong.
  private static byte[] unzip(byte[] beginning, byte[] end) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(join(beginning, end)))) {
      return in.readAllBytes();
    }
  }

  private static byte[] text(String word, int length) {
    return word.repeat(length).substring(0, length).getBytes(UTF_8);
  }

  private static byte[] join(byte[] first, byte[] second) {
    var joined = new ByteArrayOutputStream();
    joined.writeBytes(first);
    joined.writeBytes(second);
    return joined.toByteArray();
  }

  private static int crc(String text) {
    var crc = new CRC32();
    crc.update(text.getBytes(UTF_8));
    return (int) crc.getValue();
  }
}
