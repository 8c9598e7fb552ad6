package io.github.dockerimageexporter.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A real engine takes a sample for its own data root.
@RequiresEngine
class SampleStoreIT {
  private static DockerEngine engine;
  private static ImageId base;
  private static ImageId app;
  private static String container;

  @BeforeAll
  static void startEngineOnSample() throws IOException, InterruptedException {
    engine = DockerEngine.start("overlay2");
    engine.stop();
    for (String directory : List.of("image", "overlay2", "containers")) {
      StoreFiles.delete(engine.dataRoot().resolve(directory));
    }
    var store = new SampleStore(engine.dataRoot());
    base = store.image("base:1", "base");
    app = store.image("localhost:5000/app:1", "base", "app");
    store.tag("app:latest", app);
    store.parent(app, base);
    container = store.container("web", app);
    engine.restart();
  }

  @AfterAll
  static void stopEngine() throws IOException {
    engine.close();
  }

  @Test
  void engineListsTheImages() throws IOException, InterruptedException {
    assertThat(
            engine
                .docker("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}")
                .lines())
        .containsExactlyInAnyOrder(
            "base:1 " + base, "localhost:5000/app:1 " + app, "app:latest " + app);
  }

  @Test
  void engineSeesTheSizeAndTheParent() throws IOException, InterruptedException {
    long sizeBytes = SampleStore.sizeBytes("base") + SampleStore.sizeBytes("app");

    assertThat(engine.docker("image", "inspect", "--format", "{{.Size}} {{.Parent}}", app + ""))
        .isEqualTo(sizeBytes + " " + base);
  }

  @Test
  void engineListsTheContainer() throws IOException, InterruptedException {
    assertThat(
            engine.docker("ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.Names}} {{.State}}"))
        .isEqualTo(container + " web created");
  }

  /// Saving verifies every layer: its files, put together again, must have the diff ID.
  @Test
  void engineSavesAndLoadsTheImage() throws IOException, InterruptedException {
    Path archive = engine.directory().resolve("app.tar");
    engine.docker("save", "--output", archive.toString(), "app:latest");

    assertThat(engine.docker("load", "--input", archive.toString()))
        .isEqualTo("Loaded image: app:latest");
  }
}
