package io.github.dockerimageexporter.scrub.tar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TarPathTest {
  @ParameterizedTest
  @CsvSource({
    "a, a",
    "a/b/c, a/b/c",
    "a/, a",
    "./a, a",
    "./, ''",
    "., ''",
    "/a/b, a/b",
    "a//b, a/b",
    "a/./b/, a/b",
    "../../etc/passwd, etc/passwd",
    "a/../../b, b",
    "a/.., ''",
    "..., ...",
    ".wh.x, .wh.x",
    "a/..b, a/..b",
  })
  void neverLeadsOutOfTheRoot(String path, String clean) {
    assertThat(TarPath.clean(path)).isEqualTo(clean);
  }

  @Test
  void keepsBytesThatAreNoText() {
    byte[] bytes = {'b', (byte) 0xff, (byte) 0xc3};

    String path = TarPath.of(bytes, 0, 3);

    assertThat(path).hasSize(3);
    assertThat(TarPath.decoded(path)).isEqualTo("b\ufffd\ufffd");
  }

  @Test
  void aTextIsItsBytes() {
    assertThat(TarPath.of("caf\u00e9")).hasSize(5).isEqualTo("caf\u00c3\u00a9");
    assertThat(TarPath.decoded("caf\u00c3\u00a9")).isEqualTo("caf\u00e9");
  }
}
