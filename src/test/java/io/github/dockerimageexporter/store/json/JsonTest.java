package io.github.dockerimageexporter.store.json;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.store.file.BeyondLimitException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Go takes for JSON is taken, and nothing else.
class JsonTest {
  private static final int LIMIT = 1 << 20;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " \t\r\n[1, -0, 1.5, 1e5, 1E+05, -1.25e-3] \n",
        "null",
        "\"\u007f\"",
        "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\"]",
        "{\"\\ud800x\":1}",
        "{\"\\udc00\\ud800\":1}",
        "{\"\\ud83d\\ude00\":1}",
        "{\"a\":{\"\":[{}]},\"a\":[]}"
      })
  void whatGoTakesIsRead(String text) throws Exception {
    assertThat(isRead(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1",
        "{\"a\"",
        "{\"a\":1,}",
        "[1,]",
        "[,1]",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "[1 2]",
        "[01]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[-]",
        "[1e]",
        "[NaN]",
        "[Infinity]",
        "[tru]",
        "[True]",
        "[0x10]",
        "[\"a\tb\"]",
        "[\"\\x41\"]",
        "[\"\\'\"]",
        "[\"\\u12g4\"]",
        "/* */ []",
        "[] []",
        "{}x",
        "\ufeff{}",
        "\u00a0{}"
      })
  void whatGoRefusesIsNot(String text) {
    assertThatThrownBy(() -> isRead(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "\\ud800, \ufffd",
    "\\ud800x, \ufffdx",
    "\\udc00\\ud800, \ufffd\ufffd",
    "\\ud800\\ud83d\\ude00, \ufffd\ud83d\ude00",
    "\\\\ud800, \\ud800"
  })
  void halfOfASurrogatePairIsReplacedInNamesAndTexts(String escaped, String read) throws Exception {
    assertThat(fields("{\"%s\":\"%s\"}".formatted(escaped, escaped)))
        .containsExactly(entry(read, read));
  }

  @Test
  void invalidUtf8IsReplaced() throws Exception {
    byte[] text = "{\"a\":\"x?y\"}".getBytes(StandardCharsets.UTF_8);
    text[7] = (byte) 0xff;

    Map<String, String> fields = Json.readWhole(text, JsonTest::fields);
    assertThat(fields).containsExactly(entry("a", "x\ufffdy"));
  }

  @Test
  void goNestsTenThousandLevelsAndNoMore() throws Exception {
    assertThat(isRead("[".repeat(10_000) + "]".repeat(10_000))).isTrue();
    assertThatThrownBy(() -> isRead("[".repeat(10_001) + "]".repeat(10_001)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not JSON: more than 10000 levels");
  }

  @ParameterizedTest
  @ValueSource(ints = {60_000, LIMIT})
  void longNamesTextsAndNumbersAreRead(int length) throws Exception {
    assertThat(isRead("{\"%s\":1}".formatted("n".repeat(length)))).isTrue();
    assertThat(isRead("[%s]".formatted("1".repeat(length)))).isTrue();
    assertThat(fields("{\"a\":\"%s\"}".formatted("t".repeat(length))).get("a")).hasSize(length);
  }

  @Test
  void aTextThatNobodyAsksForMayBeLongerStill() throws Exception {
    assertThat(isRead("[\"%s\"]".formatted("t".repeat(10 * LIMIT)))).isTrue();
  }

  @Test
  void whatIsBeyondALimitIsNoFault() {
    String tooLong = "n".repeat(LIMIT + 1);

    for (String text :
        new String[] {
          "{\"%s\":1}".formatted(tooLong),
          "{\"a\":\"%s\"}".formatted(tooLong),
          "{\"a\":%s}".formatted("1".repeat(LIMIT + 1))
        }) {
      assertThatThrownBy(() -> fields(text))
          .isInstanceOf(BeyondLimitException.class)
          .hasMessage(
              "found a name, string or number of more than 1048576 characters, the limit here");
    }
  }

  @Test
  void whatFollowsTheFirstValueMayBeAnything() throws Exception {
    String read = Json.readFirst("{}x".getBytes(StandardCharsets.UTF_8), _ -> "read");
    assertThat(read).isEqualTo("read");
  }

  @ParameterizedTest
  @CsvSource({
    "rootfs, rootfs",
    "RootFS, rootfs",
    "root\u017fs, rootss",
    "diff_id\u017f, diff_ids",
    "\u212aind, kind",
    "d\u0131ff_ids, d\u0131ff_ids",
    "d\u0130ff_ids, d\u0130ff_ids"
  })
  void namesAreComparedAsGoFoldsThem(String name, String folded) {
    assertThat(Json.fold(name)).isEqualTo(folded);
  }

  private static boolean isRead(String text) throws BeyondLimitException {
    return Json.readWhole(text.getBytes(StandardCharsets.UTF_8), _ -> true);
  }

  private static Map<String, String> fields(String text) throws BeyondLimitException {
    return Json.readWhole(text.getBytes(StandardCharsets.UTF_8), JsonTest::fields);
  }

  private static Map<String, String> fields(Json.Value value) throws java.io.IOException {
    var fields = new LinkedHashMap<String, String>();
    value.object(
        "the document",
        (name, field) -> fields.put(name, field.isText() ? field.text(name).orElseThrow() : ""));
    return fields;
  }
}
