package io.github.dockerimageexporter.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuoteTest {
  @Test
  void aShortValueIsShownAsItIs() {
    assertThat(Quote.of("sha256:äöü")).isEqualTo("sha256:äöü");
  }

  @Test
  void aLongValueIsCut() {
    assertThat(Quote.of("9".repeat(4096))).isEqualTo("9".repeat(100) + "…");
  }

  @Test
  void whatATerminalWouldObeyIsReplaced() {
    assertThat(Quote.of("a\n\u001b[2J\u009b")).isEqualTo("a\ufffd\ufffd[2J\ufffd");
  }

  @Test
  void ofManyNamesTheFirstAreShown() {
    assertThat(Quote.names(List.of("a", "b"))).isEqualTo("a, b");
    assertThat(Quote.names(Collections.nCopies(1000, "a"))).isEqualTo("a, a, a, a, a, 995 more");
  }
}
