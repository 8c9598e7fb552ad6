package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.Program;
import io.github.dockerimageexporter.engine.Requirement;
import io.github.dockerimageexporter.engine.Requires;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// The release, built once more by `bin/reproducible`.
@Requires(Requirement.RELEASE)
class ReproducibleBuildIT {
  @Test
  void twoBuildsGiveTheSameBytesButForTheAotCache() throws IOException, InterruptedException {
    assertThat(Program.of("bin/reproducible").run()).contains("two builds gave the same");
  }
}
