package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.Stock;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// A real engine that keeps its images in containerd.
@RequiresEngine
class ContainerdEngineIT {
  @ParameterizedTest
  @FieldSource("io.github.dockerimageexporter.engine.EngineKind#CONTAINERD")
  void theDataRootIsSaidToBeOfContainerd(EngineKind kind) throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(kind)) {
      Stock.fill(engine);
      assertThat(engine.containerdRoot().resolve("io.containerd.metadata.v1.bolt/meta.db"))
          .isNotEmptyFile();

      try (var exporter =
          ExporterProcess.start(
              engine.directory().resolve("exporter.log"), "--docker.root=" + engine.dataRoot())) {
        assertThat(exporter.metrics().by("state", "docker_data_root_state"))
            .containsEntry("containerd", 1.0);
      }
    }
  }
}
