package io.github.dockerimageexporter.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteRateConverterTest {
  private final ByteRateConverter converter = new ByteRateConverter();

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1500000,1500000",
    "512B,512",
    "500KB,500000",
    "500KiB,512000",
    "20MB,20000000",
    "20MiB,20971520",
    "3GB,3000000000",
    "1GiB,1073741824",
    "2TB,2000000000000",
    "1024TiB,1125899906842624"
  })
  void aRateIsANumberOfBytes(String text, long bytes) {
    assertThat(converter.convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MiB", "-1", "1.5MiB", "20 MiB", "20mib", "20MiB/s", "20M", "1e6"})
  void whatIsNoRateIsRefused(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("expected bytes a second such as 20MiB, 500KB or 0, got \"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1025TiB", "1125899906842625", "999999999999999999GB"})
  void moreThanAnyDiskReadsIsRefused(String text) {
    assertThatThrownBy(() -> converter.convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("must be at most 1024TiB, got \"" + text + "\"");
  }
}
