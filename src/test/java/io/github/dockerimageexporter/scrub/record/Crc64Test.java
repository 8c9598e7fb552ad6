package io.github.dockerimageexporter.scrub.record;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Crc64Test {
  @Test
  void checkValueIsTheStandards() {
    assertThat(Crc64.of("123456789".getBytes(US_ASCII))).isEqualTo(0xB90956C775A41001L);
  }
}
