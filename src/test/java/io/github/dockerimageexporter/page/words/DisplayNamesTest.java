package io.github.dockerimageexporter.page.words;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisplayNamesTest {
  @ParameterizedTest
  @CsvSource({
    "CHAIN_ID_MISMATCH, chain ID mismatch",
    "CACHE_ID_CONFLICT, cache ID conflict",
    "OVERLAY_LINK_INVALID, overlay link invalid"
  })
  void aKindIsItsLabelInWords(Kind kind, String words) {
    assertThat(DisplayNames.of(kind)).isEqualTo(words);
  }
}
