package io.github.dockerimageexporter.deploy.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From damage on a real engine's disk to the one who is paged, and back.
@Requires({
  Requirement.ROOT,
  Requirement.ENGINE,
  Requirement.BUSYBOX,
  Requirement.PROMETHEUS,
  Requirement.ALERTMANAGER
})
class AlertIT {

  private static DockerEngine engine;
  private static Images images;

  @TempDir private Path directory;

  @BeforeAll
  static void startEngine() throws IOException, InterruptedException {
    engine = DockerEngine.start("overlay2");
    images = new Images(engine);
    images.classic("base:1", Images.BASE);
    images.classic("shop/app:1", Images.with(Images.BASE, "RUN echo app >/app"));
  }

  @AfterAll
  static void stopEngine() throws IOException {
    engine.close();
  }

  @Test
  void brokenChainPagesOnceWithNameAndAdviceAndResolvesWhenHealed()
      throws IOException, InterruptedException {
    Path layer = layerDirectory("shop/app:1");
    Path aside = engine.dataRoot().resolve("aside");
    try (var webhook = Webhook.start();
        var exporter =
            ExporterProcess.start(
                directory.resolve("exporter.log"), "--docker.root=" + engine.dataRoot());
        var monitoring =
            Monitoring.start(
                directory.resolve("monitoring"), "127.0.0.1:" + exporter.port(), webhook.url())) {
      Files.move(layer, aside);

      JsonNode page = awaitAlert(webhook, "firing");
      assertThat(List.of(label(page, "alertname"), label(page, "repository"), label(page, "tag")))
          .containsExactly("DockerImageChainBroken", "shop/app", "1");
      assertThat(label(page, "image_id")).isEqualTo(images.id("shop/app:1").toString());
      assertThat(page.at("/annotations/description").asText())
          .contains("shop/app:1", "`docker inspect shop/app:1`", "1 x layer_missing");
      assertThat(page.at("/annotations/runbook_url").asText())
          .endsWith("docs/operations.md#dockerimagechainbroken");
      awaitMuted(monitoring, "DockerImageLayerUnusable");
      assertThat(webhook.alerts())
          .allMatch(alert -> label(alert, "alertname").equals("DockerImageChainBroken"));

      Files.move(aside, layer);

      JsonNode end = awaitAlert(webhook, "resolved");
      assertThat(end.get("labels")).isEqualTo(page.get("labels"));
    }
  }

  @Test
  void brokenImageWithoutNameAndContainerIsAMessage() throws IOException, InterruptedException {
    images.classic("shop/app:2", Images.with(Images.BASE, "RUN echo old >/app"));
    Path layer = layerDirectory("shop/app:2");
    images.classic("shop/app:2", Images.with(Images.BASE, "RUN echo new >/app"));
    Path aside = engine.dataRoot().resolve("aside");
    try (var webhook = Webhook.start();
        var exporter =
            ExporterProcess.start(
                directory.resolve("exporter.log"), "--docker.root=" + engine.dataRoot());
        var _ =
            Monitoring.start(
                directory.resolve("monitoring"), "127.0.0.1:" + exporter.port(), webhook.url())) {
      Files.move(layer, aside);

      await("message").until(() -> !webhook.alerts().isEmpty());
      assertThat(webhook.alerts())
          .extracting(alert -> label(alert, "alertname"), alert -> label(alert, "severity"))
          .containsOnly(tuple("DockerImageLayerUnusable", "warning"));

      Files.move(aside, layer);
    }
  }

  private static JsonNode awaitAlert(Webhook webhook, String status) {
    return await(status)
        .until(
            () ->
                webhook.alerts().stream()
                    .filter(alert -> alert.get("status").asText().equals(status))
                    .filter(alert -> label(alert, "repository").equals("shop/app"))
                    .toList(),
            alerts -> !alerts.isEmpty())
        .getFirst();
  }

  private static void awaitMuted(Monitoring monitoring, String alertname) {
    await(alertname + " muted")
        .until(
            () ->
                monitoring.alertmanager().alerts().stream()
                    .filter(alert -> label(alert, "alertname").equals(alertname))
                    .anyMatch(alert -> !alert.at("/status/inhibitedBy").isEmpty()));
  }

  private static String label(JsonNode alert, String name) {
    return alert.get("labels").path(name).asText();
  }

  /// Where Docker records the topmost layer of an image.
  private static Path layerDirectory(String image) throws IOException, InterruptedException {
    String layer = images.chain(image).digest().hex();
    return engine.dataRoot().resolve("image/overlay2/layerdb/sha256", layer);
  }
}
