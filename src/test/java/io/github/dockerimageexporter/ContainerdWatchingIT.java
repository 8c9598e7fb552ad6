package io.github.dockerimageexporter;

import static java.util.stream.Collectors.toMap;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.Containers;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.Registry;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Changes of a real engine's images in a containerd of its own right, whose root is not in the
/// data root, and of that root's files reach the metrics by the watch alone.
@Tag("alone")
@RequiresEngine
class ContainerdWatchingIT {
  private static final String SNAPSHOTS = "io.containerd.snapshotter.v1.overlayfs/snapshots";
  private static final String BLOBS = "io.containerd.content.v1.content/blobs/sha256";

  private static DockerEngine engine;
  private static Images images;
  private static ExporterProcess exporter;

  @BeforeAll
  static void watchAnEngine() throws IOException, InterruptedException {
    engine =
        DockerEngine.start(new EngineKind(EngineKind.Origin.SID, ImageStore.SEPARATE_CONTAINERD));
    images = new Images(engine);
    images.buildKit("base:1", Images.BASE);
    exporter =
        ExporterProcess.start(
            engine.directory().resolve("exporter.log"),
            "--docker.root=" + engine.dataRoot(),
            "--containerd.root=" + engine.containerdRoot(),
            "--containerd.namespaces=moby,k8s.io",
            "--refresh.interval=1h",
            "--check.grace=0s");
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
  void pulledImageAppearsAndDisappears() throws IOException, InterruptedException {
    try (var registry = Registry.start(engine.directory().resolve("registry"))) {
      images.buildKit("pulled:1", Images.with(Images.BASE, "RUN echo 1 >/pulled"));
      String name = images.push("pulled:1", registry);
      images.remove(name, "pulled:1");
      String repository = name.substring(0, name.lastIndexOf(':'));
      await("removal").until(() -> !hasReference(exporter.metrics(), repository));

      images.pull(name);
      awaitWithin("docker pull", scrape -> hasReference(scrape, repository));

      images.remove(name);
      awaitWithin("docker rmi", scrape -> !hasReference(scrape, repository));
    }
  }

  @Test
  void builtImageAndItsContainerAppear() throws IOException, InterruptedException {
    ImageId id = images.buildKit("used:1", Images.with(Images.BASE, "RUN echo 1 >/used"));
    awaitWithin("build", scrape -> hasImage(scrape, id));

    new Containers(engine).create("user", "used:1");
    awaitWithin(
        "docker create",
        scrape -> scrape.shows(1, "docker_image_containers", "image_id", id.toString()));
  }

  @Test
  void imageOfAnotherNamespaceAppears() throws IOException, InterruptedException {
    Path archive = engine.directory().resolve("archive.tar");
    images.save(archive, "base:1");

    engine.ctr("--namespace=k8s.io", "images", "import", archive.toString());

    awaitWithin(
        "ctr images import",
        scrape ->
            scrape.of("docker_image_reference_info").stream()
                .anyMatch(one -> one.label("containerd_namespace").equals("k8s.io")));
  }

  @Test
  void blobCutShortIsFoundAndItsRepairToo() throws IOException, InterruptedException {
    ImageId id = images.buildKit("cut:1", Images.with(Images.BASE, "RUN echo 1 >/cut"));
    await("image").until(() -> hasImage(exporter.metrics(), id));
    Path blob = engine.containerdRoot().resolve(BLOBS).resolve(id.digest().hex());
    byte[] whole = Files.readAllBytes(blob);

    Files.write(blob, new byte[0]);
    awaitWithin("blob cut short", scrape -> problems(scrape).containsKey("blob_size_mismatch"));

    Files.write(blob, whole);
    awaitWithin("blob written again", scrape -> problems(scrape).isEmpty());
  }

  @Test
  void lostFilesOfASnapshotAreFoundAndTheirReturnToo() throws IOException, InterruptedException {
    ImageId id = images.buildKit("lost:1", Images.with(Images.BASE, "RUN echo lost >/lost"));
    await("image").until(() -> hasImage(exporter.metrics(), id));
    Path files = topFiles("lost:1");

    Files.move(files, files.resolveSibling("aside"));
    awaitWithin(
        "snapshot's files moved",
        scrape -> problems(scrape).containsKey("layer_directory_missing"));

    Files.move(files.resolveSibling("aside"), files);
    awaitWithin("snapshot's files back", scrape -> problems(scrape).isEmpty());
  }

  private static void awaitWithin(String change, Predicate<Scrape> isVisible) {
    Promptly.await(exporter, change, isVisible);
  }

  private static Path topFiles(String image) throws IOException, InterruptedException {
    String chain = images.chain(image).toString();
    String number =
        exporter.metrics().of("docker_layer_info").stream()
            .filter(one -> one.label("chain_id").equals(chain))
            .map(one -> one.label("cache_id"))
            .findFirst()
            .orElseThrow();
    return engine.containerdRoot().resolve(SNAPSHOTS).resolve(number).resolve("fs");
  }

  private static Map<String, Double> problems(Scrape scrape) {
    return scrape.of("docker_store_problems").stream()
        .filter(one -> one.value() != 0)
        .collect(toMap(one -> one.label("problem"), one -> one.value(), Double::sum));
  }

  private static boolean hasReference(Scrape scrape, String repository) {
    return scrape.of("docker_image_reference_info").stream()
        .anyMatch(one -> one.label("repository").equals(repository));
  }

  private static boolean hasImage(Scrape scrape, ImageId id) {
    return scrape.of("docker_image_info").stream()
        .anyMatch(one -> one.label("image_id").equals(id.toString()));
  }
}
