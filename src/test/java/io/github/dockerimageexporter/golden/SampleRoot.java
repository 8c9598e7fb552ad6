package io.github.dockerimageexporter.golden;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The data root whose outputs are the golden files: three images, one of them in a container, and
/// one broken chain below two of them.
public final class SampleRoot {
  private SampleRoot() {}

  public static SampleStore healthy(Path dataRoot) {
    var store = new SampleStore(dataRoot);
    store.image("base:1", "base");
    ImageId app = store.image("app:1", "base", "app");
    store.tag("app:latest", app);
    store.image("tool:1", "base", "app", "tool");
    store.container("web", app);
    return store;
  }

  /// The same, with the diff ID of the layer `app` replaced.
  public static SampleStore broken(Path dataRoot) throws IOException {
    SampleStore store = healthy(dataRoot);
    Files.writeString(
        store.layer(chainId("base", "app")).resolve("diff"), diffId("other").toString());
    return store;
  }
}
