package io.github.dockerimageexporter.snapshot.graphdriver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LowerTest {
  private static final String A = "A".repeat(26);
  private static final String B = "B".repeat(26);
  private static final String C = "C".repeat(26);

  private final OverlayRecord base = record(A, Optional.empty(), Optional.empty());
  private final OverlayRecord middle = record(B, Optional.of("l/" + A), Optional.of(base));

  @Test
  void stackOnADirectoryIsItsShortNameAndWhatThatStandsOn() {
    assertThat(Lower.on(base).text()).isEqualTo("l/" + A);
    assertThat(Lower.on(middle).text()).isEqualTo("l/" + B + ":l/" + A);
    assertThat(Lower.on(middle).length()).isEqualTo(57);
  }

  @Test
  void whatIsSharedIsEqualToWhatIsWritten() {
    Lower written = Lower.of("l/" + B + ":l/" + A);

    assertThat(written.sharedWith(middle)).isEqualTo(written).hasSameHashCodeAs(written);
    assertThat(written).isEqualTo(Lower.on(middle)).isNotEqualTo(Lower.on(base));
    assertThat(written.sharedWith(middle).nearest()).isEqualTo(written.nearest()).contains(B);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "l/BBBBBBBBBBBBBBBBBBBBBBBBBB",
        "l/BBBBBBBBBBBBBBBBBBBBBBBBBB:",
        "l/BBBBBBBBBBBBBBBBBBBBBBBBBB:l/AAAAAAAAAAAAAAAAAAAAAAAAAA:l/AAAAAAAAAAAAAAAAAAAAAAAAAA",
        "l/AAAAAAAAAAAAAAAAAAAAAAAAAA:l/BBBBBBBBBBBBBBBBBBBBBBBBBB",
        "x/BBBBBBBBBBBBBBBBBBBBBBBBBB:l/AAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void whateverElseIsWrittenIsNotTheStackAndStaysAsItIs(String text) {
    assertThat(Lower.of(text).isOn(middle)).isFalse();
    assertThat(Lower.of(text).sharedWith(middle).text()).isEqualTo(text);
  }

  @Test
  void nothingStandsOnADirectoryWithoutAShortName() {
    var nameless = OverlayRecord.unresolved(Optional.empty(), Optional.empty());

    assertThat(Lower.of("l/" + C).isOn(nameless)).isFalse();
  }

  @Test
  void textThatIsNoShortNameHasNoNearest() {
    assertThat(Lower.of("l/" + C.toLowerCase(Locale.ROOT)).nearest()).isEmpty();
    assertThat(Lower.of("/" + C).nearest()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"BBBBBBBBBBBBBBBBBBBBBBBBBB\n", "B"})
  void whateverTheNameOfTheDirectoryBelowIsTheNearestIsThatOfTheText(String link) {
    OverlayRecord below = record(link, Optional.of("l/" + A), Optional.of(base));
    Lower written = Lower.of("l/" + link + ":l/" + A);

    assertThat(written.sharedWith(below).nearest()).isEqualTo(written.nearest());
  }

  @Test
  void aLongChainIsWrittenOutAsItStands() {
    OverlayRecord top = base;
    for (int i = 0; i < 127; i++) {
      top = record(C, Optional.of(Lower.on(top).text()), Optional.of(top));
    }

    assertThat(top.lower().orElseThrow().text())
        .isEqualTo(("l/" + C + ":").repeat(126) + "l/" + A)
        .hasSize(top.lower().orElseThrow().length());
  }

  private static OverlayRecord record(
      String link, Optional<String> lower, Optional<OverlayRecord> below) {
    return OverlayRecord.unresolved(Optional.of(link), lower)
        .resolved(true, Optional.empty(), Optional.empty(), below);
  }
}
