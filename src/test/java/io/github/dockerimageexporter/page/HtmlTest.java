package io.github.dockerimageexporter.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTest {
  private final StringBuilder written = new StringBuilder();
  private final Html html = new Html(written);

  @Test
  void elementsCloseInTheOrderOfTheirNesting() {
    html.open("ul", "class", "a").element("li", "one").open("li").close().close();

    assertThat(written).hasToString("<ul class=\"a\"><li>one</li><li></li></ul>");
  }

  @Test
  void markupInATextIsText() {
    html.element("p", "<script>alert('&')</script>");

    assertThat(written).hasToString("<p>&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;</p>");
  }

  @Test
  void valueCannotLeaveItsAttribute() {
    html.empty("br", "title", "\"><script>");

    assertThat(written).hasToString("<br title=\"&quot;&gt;&lt;script&gt;\">");
  }

  @ParameterizedTest
  @CsvSource({
    "a\u0000b, a\\u0000b",
    "a\u001bb, a\\u001bb",
    "a\u0085b, a\\u0085b",
    "a\u202eb, a\\u202eb",
    "a\u2066b, a\\u2066b",
    "a\ud83db, a\\ud83db",
    "a\ude00b, a\\ude00b",
    "a\ud83d\ude00b, a\ud83d\ude00b",
    "äöü, äöü"
  })
  void whatAReaderCannotSeeIsEscaped(String text, String expected) {
    html.text(text);

    assertThat(written).hasToString(expected);
  }
}
