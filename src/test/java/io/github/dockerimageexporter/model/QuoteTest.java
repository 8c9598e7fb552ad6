package io.github.dockerimageexporter.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuoteTest {
  @Test
  void aShortValueIsShownAsItIs() {
    assertThat(Quote.of("sha256:äöü")).isEqualTo("sha256:äöü");
  }

  @Test
  void aLongValueIsCut() {
    assertThat(Quote.of("9".repeat(4096))).isEqualTo("9".repeat(100) + "…");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00 0a 0d 09|\\u0000\\n\\r\\t",
        "1b 7f 85 9b|\\u001b\\u007f\\u0085\\u009b",
        "202a 202e 2066 2069 61c 200e 200f|\\u202a\\u202e\\u2066\\u2069\\u061c\\u200e\\u200f",
        "2028 2029|\\u2028\\u2029",
        "ad 200b 200d feff e0041|\\u00ad\\u200b\\u200d\\ufeff\\udb40\\udc41",
        "a0 3000|\\u00a0\\u3000",
        "34f 115f 180b 2800 3164 fe0f e0100|"
            + "\\u034f\\u115f\\u180b\\u2800\\u3164\\ufe0f\\udb40\\udd00",
        "d83d 61 de00|\\ud83da\\ude00",
        "e000 ffff 10ffff|\\ue000\\uffff\\udbff\\udfff"
      })
  void whatATerminalObeysOrAReaderCannotSeeIsEscaped(String characters, String escapes) {
    var text = new StringBuilder();
    for (String character : characters.split(" ", -1)) {
      text.appendCodePoint(Integer.parseInt(character, 16));
    }

    assertThat(Quote.of(text.toString())).isEqualTo(escapes);
    assertThat(Quote.sentence(text.toString())).isEqualTo(escapes);
  }

  @Test
  void escapeAndWhatLooksLikeOneAreTold() {
    assertThat(Quote.line("a\u202eb")).isNotEqualTo(Quote.line("a\\u202eb"));
    assertThat(Quote.line("C:\\x")).isEqualTo("C:\\\\x");
  }

  @Test
  void quotingASentenceKeepsWhatIsQuotedInIt() {
    assertThat(Quote.sentence(Quote.line("a\\\u001b") + "\u001b")).isEqualTo("a\\\\\\u001b\\u001b");
  }

  @Test
  void noCharacterIsCutInTwo() {
    assertThat(Quote.of("9".repeat(99) + "\ud83d\ude00")).isEqualTo("9".repeat(99) + "…");
    assertThat(Quote.of("9".repeat(98) + "\ud83d\ude00x"))
        .isEqualTo("9".repeat(98) + "\ud83d\ude00…");
  }

  @Test
  void ofManyNamesTheFirstAreShown() {
    assertThat(Quote.names(List.of("a", "b"))).isEqualTo("a, b");
    assertThat(Quote.names(Collections.nCopies(1000, "a"))).isEqualTo("a, a, a, a, a, 995 more");
  }
}
