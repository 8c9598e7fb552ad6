package io.github.dockerimageexporter.scrub.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  @Test
  void objectsAreReadOneAfterTheOther() throws IOException {
    var json = reader("{\"a\":1,\"b\":\"x\"}\n { \"c\" : 23 }\n{}");
    var read = new ArrayList<String>();
    while (json.nextObject()) {
      while (json.nextField()) {
        String name = text(json);
        if (name.equals("b")) {
          json.readText();
          read.add(name + "=" + text(json));
        } else {
          read.add(name + "=" + json.readCount());
        }
      }
      read.add("end");
    }

    assertThat(read).isEqualTo(List.of("a=1", "b=x", "end", "c=23", "end", "end"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-1.5e3",
        "true",
        "null",
        "\"x\"",
        "\"\\\"}\"",
        "[]",
        "{}",
        "[1,[\"]\"],{\"a\":{}}]",
        "{\"a\":[{\"b\":\"}\"}]}"
      })
  void whateverIsSkippedTheNextFieldFollows(String value) throws IOException {
    var json = reader("{\"skipped\":%s,\"next\":7}".formatted(value));
    json.nextObject();
    json.nextField();
    json.skipValue();

    assertThat(json.nextField()).isTrue();
    assertThat(text(json)).isEqualTo("next");
    assertThat(json.readCount()).isEqualTo(7);
    assertThat(json.nextField()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1 \"b\":2}",
        "{,\"a\":1}",
        "{\"a\":1,}",
        "{\"a\":1,,\"b\":2}",
        "{\"a\":trues}",
        "{\"a\":nul}",
        "{\"a\":x}",
        "{\"a\":1x}",
        "{\"a\":1:2}"
      })
  void whatIsNotJsonIsRefusedThoughItIsSkipped(String text) {
    assertThatThrownBy(() -> skipAll(text)).isInstanceOf(MalformedJsonException.class);
  }

  private static void skipAll(String text) throws IOException {
    var json = reader(text);
    while (json.nextObject()) {
      while (json.nextField()) {
        json.skipValue();
      }
    }
  }

  /// As Go's encoder and others write them.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "\\u003ca\\u003e, <a>",
        "\\\"\\\\\\/, \"\\/",
        "a\\tb, `a\tb`",
        "\\u00e4, ä",
        "ä€😀, ä€😀",
        "\\ud83d\\ude00, 😀",
        "\\ud83dx, \ufffdx",
        "\\ud83d\\u0041, \ufffdA",
        "\\ude00, \ufffd"
      })
  void escapesStandForTheirCharacters(String written, String meant) throws IOException {
    assertThat(readText("\"" + written + "\"")).isEqualTo(meant);
  }

  /// Buffers end anywhere.
  @Test
  void aTextMayLieAcrossTwoBuffers() throws IOException {
    for (int before = 65_520; before < 65_540; before++) {
      var json =
          reader(" ".repeat(before) + "{\"a\":\"\\ud83d\\ude00!\",\"b\":\"" + "QUJD" + "\"}");
      json.nextObject();
      json.nextField();
      json.readText();
      assertThat(text(json)).isEqualTo("😀!");
      json.nextField();
      json.readBytes();
      assertThat(text(json)).isEqualTo("ABC");
      assertThat(json.nextField()).isFalse();
    }
  }

  /// Of all lengths, with runs of zeros as in a tar's headers.
  @Test
  void base64StandsForItsBytes() throws IOException {
    var random = new Random(7);
    for (int length = 0; length < 9000; length += 1 + length / 20) {
      var bytes = new byte[length];
      for (int at = 0; at < length; at += 1 + random.nextInt(600)) {
        bytes[at] = (byte) random.nextInt();
      }
      var decoded = new ByteArrayOutputStream();
      var json = reader("\"" + Base64.getEncoder().encodeToString(bytes) + "\"");
      json.readBase64(decoded::write);
      assertThat(decoded.toByteArray()).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"!\"", "\"AAA\"", "\"AAAA=\"", "\"AA=A\"", "\"A===\"", "\"AA==AA==\""})
  void whatIsNotBase64IsRefused(String text) {
    assertThatThrownBy(() -> reader(text).readBytes()).isInstanceOf(MalformedJsonException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "x", "1", "\"\""})
  void whatIsNotAnObjectIsRefused(String text) {
    assertThatThrownBy(() -> reader(text).nextObject())
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("not made of objects");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "\"1\"", "9223372036854775808", "99999999999999999999"})
  void whatIsNotACountIsRefused(String text) {
    assertThatThrownBy(() -> reader(text + " ").readCount())
        .isInstanceOf(MalformedJsonException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\\x\"", "\"\\u12g4\"", "\"\n\"", "x"})
  void whatIsNotATextIsRefused(String text) {
    assertThatThrownBy(() -> readText(text)).isInstanceOf(MalformedJsonException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":\"x", "{\"a\":\"\\u00"})
  void whatBreaksOffIsCutShort(String text) {
    assertThatThrownBy(
            () -> {
              var json = reader(text);
              json.nextObject();
              json.nextField();
              json.readText();
            })
        .isInstanceOf(EOFException.class);
  }

  @Test
  void aTextBeyondTheLimitIsRefused() throws IOException {
    assertThat(readText("\"" + "x".repeat(4096) + "\"")).hasSize(4096);
    assertThatThrownBy(() -> readText("\"" + "x".repeat(4097) + "\""))
        .isInstanceOf(TooLongTextException.class)
        .hasMessage("has a text of more than 4096 bytes, the limit here");
  }

  private static String readText(String text) throws IOException {
    var json = reader(text);
    json.readText();
    return text(json);
  }

  private static String text(JsonReader json) {
    return new String(json.text(), 0, json.length(), UTF_8);
  }

  /// A stream that gives a few bytes at a time, as one that unpacks does.
  private static JsonReader reader(String text) {
    var random = new Random(text.length());
    InputStream whole = new ByteArrayInputStream(text.getBytes(UTF_8));
    return new JsonReader(
        new FilterInputStream(whole) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(4000)));
          }
        });
  }
}
