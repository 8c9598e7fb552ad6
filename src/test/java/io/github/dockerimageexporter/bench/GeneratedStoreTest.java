package io.github.dockerimageexporter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.StoreLayout;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedStoreTest {
  @TempDir Path dataRoot;

  @Test
  void hasAsManyLayersAndImagesAsItSays() throws IOException {
    var store = new GeneratedStore(dataRoot, 20);
    store.write();

    var layout = new StoreLayout("", "overlay2");
    assertThat(store.layers()).isEqualTo(200);
    assertThat(dataRoot.resolve(layout.layers()).toFile().list()).hasSize(200);
    assertThat(dataRoot.resolve(layout.imageConfigs()).toFile().list()).hasSize(20);
  }
}
