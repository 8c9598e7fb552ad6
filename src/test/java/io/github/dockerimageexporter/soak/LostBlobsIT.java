package io.github.dockerimageexporter.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A soak excuses what containerd has lost, and nothing else.
@RequiresEngine
class LostBlobsIT {
  private static DockerEngine engine;
  private static String image;
  private static String layer;

  /// What the exporter says of the layer, of which neither blob nor snapshot is left.
  private static String line;

  @BeforeAll
  static void loseALayer() throws IOException, InterruptedException {
    engine = DockerEngine.start(new EngineKind(EngineKind.Origin.SID, ImageStore.CONTAINERD));
    new Images(engine).classic("lossy:1", List.of("FROM scratch", "COPY busybox /more"));
    image = engine.docker("image", "inspect", "--format={{.Id}}", "lossy:1");
    layer = manifest().at("/layers/0/digest").asText();
    String chainId =
        engine.docker("image", "inspect", "--format={{index .RootFS.Layers 0}}", "lossy:1");
    try (var exporter =
        ExporterProcess.start(
            engine.directory().resolve("exporter.log"),
            "--docker.root=" + engine.dataRoot(),
            "--check.settle=100ms",
            "--check.grace=0s")) {
      engine.ctr("-n", "moby", "snapshots", "--snapshotter=overlayfs", "rm", chainId);
      engine.ctr("-n", "moby", "content", "rm", layer);
      line =
          await("report of the blob")
              .until(
                  () ->
                      exporter.log().lines().filter(it -> it.contains("blob_missing")).findFirst(),
                  Optional::isPresent)
              .orElseThrow();
    }
  }

  @AfterAll
  static void removeEngine() throws IOException {
    engine.close();
  }

  private static JsonNode manifest() throws IOException, InterruptedException {
    return new JsonMapper().readTree(engine.ctr("-n", "moby", "content", "get", image));
  }

  @Test
  void blobThatContainerdHasLostIsProven() throws InterruptedException {
    var blobs = new LostBlobs(engine);

    assertThat(blobs.explain(line)).isTrue();
    assertThat(blobs.now()).isEqualTo(1);
  }

  @Test
  void blobThatContainerdHasIsNotProven() throws IOException, InterruptedException {
    var blobs = new LostBlobs(engine);

    String configuration = manifest().at("/config/digest").asText();
    assertThat(blobs.explain(line.replace(hex(layer), hex(configuration)))).isFalse();
    assertThat(blobs.now()).isZero();
  }

  @Test
  void blobThatTheImageDoesNotNeedIsNotProven() throws InterruptedException {
    var blobs = new LostBlobs(engine);

    assertThat(blobs.explain(line.replace(hex(layer), "ab".repeat(32)))).isFalse();
  }

  @Test
  void blobOfAnImageThatIsGoneIsNotProven() throws InterruptedException {
    var blobs = new LostBlobs(engine);

    assertThat(blobs.explain(line.replace(image, "sha256:" + "ab".repeat(32)))).isFalse();
  }

  private static String hex(String digest) {
    return digest.substring("sha256:".length());
  }
}
