package io.github.dockerimageexporter.exporter.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 65_536, 1_000_003})
  void checksumOfALongTextFollowsAsWell(int length) {
    String second = "docker".repeat(length).substring(0, length);

    assertThat(Crc32.concatenate(crc("image"), crc(second), length))
        .isEqualTo(crc("image" + second));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "9, 0", "9, 9", "300000, 5000", "8192, 1", "1, 8187"})
  void partsMakeAMemberInEveryOrder(int length, int otherLength) throws IOException {
    try (var encoder = PartEncoder.of(ContentEncoding.GZIP)) {
      TextPart one = part(encoder, noise(length));
      TextPart other = part(encoder, noise(otherLength));
      for (List<TextPart> parts : List.of(List.of(one, other), List.of(other, one, one))) {
        PartedText text = HeldBytes.ofHeap().join(parts, ContentEncoding.GZIP);
        byte[] end = text.endWith(text("end ", 9));
        var bytes = new ByteArrayOutputStream();
        text.writeTo(bytes, end);

        assertThat(text.size() + end.length).isEqualTo(bytes.size());
        assertThat(unzip(bytes.toByteArray(), new byte[0]))
            .isEqualTo(
                join(
                    parts.stream()
                        .map(part -> noise(part.textLength()))
                        .reduce(new byte[0], GzipMemberTest::join),
                    text("end ", 9)));
      }
    }
  }

  private static TextPart part(PartEncoder encoder, byte[] text) {
    return encoder.encode(text, text.length);
  }

  /// What hardly compresses.
  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(1).nextBytes(noise);
    return noise;
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
