package io.github.dockerimageexporter.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheIdTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-init",
        "k3u8v1x0m2p9q7r5s6t4w3y2z"
      })
  void takesWhatDockerWrites(String name) {
    assertThat(new CacheId(name).value()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/etc", "a b", "a\u0000", "a\n", "é"})
  void refusesWhatCouldLeadElsewhere(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new CacheId(name));
  }
}
