package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Changes of a real engine's store, and of its files, reach the metrics by the watch alone.
@Tag("alone")
@RequiresEngine
class WatchingIT {
  private static DockerEngine engine;
  private static Images images;
  private static ExporterProcess exporter;

  @BeforeAll
  static void watchAnEngine() throws IOException, InterruptedException {
    engine = DockerEngine.start("overlay2");
    images = new Images(engine);
    images.classic("base:1", Images.BASE);
    exporter =
        ExporterProcess.start(
            engine.directory().resolve("exporter.log"),
            "--docker.root=" + engine.dataRoot(),
            "--refresh.interval=1h");
    await("watch").until(() -> exporter.metrics().value("docker_image_exporter_watch_up") == 1);
  }

  @AfterAll
  static void stop() throws IOException {
    exporter.close();
    engine.close();
  }

  @Test
  void tagAppears() throws IOException, InterruptedException {
    images.tag("base:1", "tagged:1");

    awaitWithin("docker tag", scrape -> hasReference(scrape, "tagged"));
  }

  @Test
  void removedImageDisappears() throws IOException, InterruptedException {
    ImageId id = images.classic("removed:1", Images.with(Images.BASE, "RUN echo 1 >/removed"));
    await("image").until(() -> hasImage(exporter.metrics(), id));

    images.remove("removed:1");

    awaitWithin("docker rmi", scrape -> !hasImage(scrape, id));
  }

  @Test
  void imageOfTheClassicBuilderAppears() throws IOException, InterruptedException {
    ImageId id = images.classic("classic:1", Images.with(Images.BASE, "RUN echo 1 >/classic"));

    awaitWithin("classic build", scrape -> hasImage(scrape, id));
  }

  @Test
  void imageOfBuildKitAppears() throws IOException, InterruptedException {
    ImageId id = images.buildKit("buildkit:1", Images.with(Images.BASE, "RUN echo 1 >/buildkit"));

    awaitWithin("BuildKit build", scrape -> hasImage(scrape, id));
  }

  @Test
  void containerAppears() throws IOException, InterruptedException {
    ImageId id = images.classic("used:1", Images.with(Images.BASE, "RUN echo 1 >/used"));
    await("image").until(() -> hasImage(exporter.metrics(), id));

    new Containers(engine).create("user", "used:1");

    awaitWithin(
        "docker create",
        scrape -> scrape.shows(1, "docker_image_containers", "image_id", id.toString()));
  }

  @Test
  void layerEditedInPlaceIsFoundAndItsRepairToo() throws IOException, InterruptedException {
    ImageId id = images.classic("edited:1", Images.with(Images.BASE, "RUN echo 1 >/edited"));
    await("image").until(() -> hasImage(exporter.metrics(), id));
    String layer = images.chain("edited:1").digest().hex();
    Path diff = engine.dataRoot().resolve("image/overlay2/layerdb/sha256", layer, "diff");
    String sound = Files.readString(diff);

    Files.writeString(diff, Digest.of("another").toString());
    awaitWithin("edit in place", scrape -> isBroken(scrape, id));

    Files.writeString(diff, sound);
    awaitWithin("repair in place", scrape -> !isBroken(scrape, id));
    assertThat(exporter.metrics().sum("docker_store_problems")).isZero();
  }

  private static void awaitWithin(String change, Predicate<Scrape> isVisible) {
    Promptly.await(exporter, change, isVisible);
  }

  private static boolean hasReference(Scrape scrape, String repository) {
    return scrape.of("docker_image_reference_info").stream()
        .anyMatch(one -> one.label("repository").equals(repository));
  }

  private static boolean hasImage(Scrape scrape, ImageId id) {
    return scrape.by("image_id", "docker_image_info").containsKey(id.toString());
  }

  private static boolean isBroken(Scrape scrape, ImageId id) {
    return scrape.shows(1, "docker_store_problems", "problem", "chain_id_mismatch")
        && scrape.shows(0, "docker_image_chain_consistent", "image_id", id.toString());
  }
}
