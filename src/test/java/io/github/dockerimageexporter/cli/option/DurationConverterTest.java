package io.github.dockerimageexporter.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
  private final DurationConverter converter = new DurationConverter();

  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "0, PT0S",
    "0s, PT0S",
    "30s, PT30S",
    "90s, PT1M30S",
    "5m, PT5M",
    "1h, PT1H",
    "7d, PT168H",
    "1h30m, PT1H30M",
    "1d2h3m4s5ms, PT26H3M4.005S",
    "36500d, PT876000H"
  })
  void unitsAddUp(String text, Duration duration) {
    assertThat(converter.convert(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "00",
        "s",
        "-1s",
        "+1s",
        "1.5h",
        "1 h",
        "1h ",
        "1H",
        "1w",
        "30m1h",
        "1h1h",
        "1ms1s",
        "1h30",
        "9999999999s",
        "\u0661s"
      })
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(
            "expected a duration such as 250ms, 30s, 5m, 1h, 7d or 1h30m, got \"%s\"", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"36501d", "36500d1ms", "999999999d999999999h"})
  void whatIsTooLongIsRefusedWithTheBound(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("must be at most 36500d, got \"%s\"", text);
  }
}
