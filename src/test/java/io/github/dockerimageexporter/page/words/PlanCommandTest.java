package io.github.dockerimageexporter.page.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanCommandTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/var/lib/docker, docker-image-exporter check --plan",
        "/srv/docker, docker-image-exporter check --plan --docker.root=/srv/docker",
        "/srv/a b, docker-image-exporter check --plan --docker.root='/srv/a b'",
        "/srv/$(x), docker-image-exporter check --plan --docker.root='/srv/$(x)'",
        "/srv/it's, docker-image-exporter check --plan --docker.root='/srv/it'\\''s'"
      })
  void namesTheDataRootUnlessTheCommandTakesItByItself(Path dataRoot, String command) {
    assertThat(PlanCommand.of(dataRoot)).isEqualTo(command);
  }
}
