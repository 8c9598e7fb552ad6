package io.github.dockerimageexporter.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "app:1, app, 1, ''",
    "library/app:1.2, library/app, 1.2, ''",
    "localhost:5000/app:1, localhost:5000/app, 1, ''",
    "localhost:5000/app, localhost:5000/app, '', ''",
    "app@sha256:ab, app, '', sha256:ab",
    "localhost:5000/app@sha256:ab, localhost:5000/app, '', sha256:ab",
    "'', '', '', ''"
  })
  void takesANameApart(String name, String repository, String tag, String digest) {
    var reference = new Reference(name, "");

    assertThat(reference.repository()).isEqualTo(repository);
    assertThat(reference.tag()).isEqualTo(tag);
    assertThat(reference.digest()).isEqualTo(digest);
  }
}
