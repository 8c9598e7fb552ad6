package io.github.dockerimageexporter.store.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.Intermediates;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The figures of a real store, held against those of the engine that made it and of an independent
/// reader.
class DockersFiguresTest {
  @TempDir Path dataRoot;
  private ContainerdSample sample;
  private ContainerdSnapshot store;

  @BeforeEach
  void read() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    store = sample.read();
  }

  /// The engine that made the store is a 28, which counts a platform's snapshots only if all of its
  /// content is here, and no blobs as shared.
  @Test
  void sizesAndContainersAreThoseTheEngineSaid() {
    var rules = new EarlierRules(store, 28, _ -> 0);
    Map<String, EarlierRules.Row> engine = new TreeMap<>();
    for (JsonNode image : sample.said("df.json").get("Images")) {
      engine.put(
          image.get("Id").asText(),
          new EarlierRules.Row(
              image.get("Size").asLong(),
              image.get("SharedSize").asLong(),
              image.get("Containers").asLong()));
    }

    assertThat(engine).hasSize(15).isEqualTo(rules.listedImages());
  }

  @Test
  void sizesByTheRulesOf29AreThoseOfAnIndependentReader() {
    JsonNode figures = sample.said("figures-29.json");
    ImageSizes sizes = store.imageSizes(LayerGraph.of(store), Intermediates.of(store));

    assertThat(sizes.total()).hasValue(figures.get("total").asLong());
    assertThat(sizes.reclaimable()).hasValue(figures.get("reclaimable").asLong());
    assertThat(store.images()).hasSize(figures.get("images").size());
    for (var image : figures.get("images").properties()) {
      Image ours = imageOf(image.getKey());
      long size = image.getValue().get("size").asLong();
      assertThat(sizes.sizeOf(ours)).hasValue(size);
      assertThat(sizes.contentSizeOf(ours).orElseThrow() + sizes.unpackedSizeOf(ours).orElseThrow())
          .isEqualTo(size);
      assertThat(store.containersByImage().getOrDefault(ours.id(), 0L))
          .isEqualTo(image.getValue().get("containers").asLong());
      JsonNode shared = image.getValue().get("shared");
      if (!shared.isNull()) {
        assertThat(sizes.sharedSizeOf(ours)).hasValue(shared.asLong());
        assertThat(sizes.uniqueSizeOf(ours)).hasValue(size - shared.asLong());
      }
    }
  }

  private Image imageOf(String id) {
    return Objects.requireNonNull(store.images().get(ImageId.parse(id)), id);
  }
}
