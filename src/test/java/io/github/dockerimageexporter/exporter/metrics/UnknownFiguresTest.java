package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.Expositions.series;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.imageId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What could not be read: figures that it could change are absent, and all others are there.
class UnknownFiguresTest {
  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void twoImagesOnOneBase() {
    store.image("app", "base:100", "app:20");
    store.image("web", "base:100", "web:3");
    store.reference("app:1", "app").reference("web:1", "web");
  }

  @Test
  void chainsAboveALayerThatCannotBeReadAreNeitherConsistentNorNot() throws IOException {
    String web = image("docker_image_chain_consistent", "web", "1.0");
    assertThat(series("docker_layer_chain_consistent", store.observation())).hasLineCount(3);

    store.unreadable(chain("base", "app"));

    assertThat(series("docker_image_chain_consistent", store.observation())).isEqualTo(web);
    assertThat(series("docker_layer_chain_consistent", store.observation())).hasLineCount(2);

    store.unreadable(chain("base"));

    assertThat(series("docker_image_chain_consistent", store.observation())).isEmpty();
    assertThat(series("docker_layer_chain_consistent", store.observation())).isEmpty();
  }

  @Test
  void sumsOverALayerThatCannotBeReadAreAbsent() throws IOException {
    store.unreadable(chain("base", "app"));

    for (String sum :
        List.of(
            "docker_store_layers_size_bytes",
            "docker_store_images_size_bytes",
            "docker_store_images_reclaimable_bytes")) {
      assertThat(series(sum, store.observation())).as(sum).isEmpty();
    }
    assertThat(series("docker_store_layers", store.observation()))
        .isEqualTo("docker_store_layers{driver=\"overlay2\",} 3.0");
    assertThat(series("docker_store_directories", store.observation()))
        .doesNotContain("owner=\"layer\"", "owner=\"other\"")
        .contains("owner=\"mount\"");
    assertThat(series("docker_image_size_bytes", store.observation()))
        .isEqualTo(image("docker_image_size_bytes", "web", "103.0"));
  }

  @Test
  void layerThatNoImageUsesIsMissedByTheSumOfLayersAlone() throws IOException {
    store.image("gone", "gone:9");
    store.withoutImage("gone").unreadable(chain("gone"));

    assertThat(series("docker_store_layers_size_bytes", store.observation())).isEmpty();
    assertThat(series("docker_store_images_size_bytes", store.observation()))
        .isEqualTo("docker_store_images_size_bytes{driver=\"overlay2\",} 123.0");
  }

  @Test
  void figuresThatAnUnreadableImageCouldChangeAreAbsent() throws IOException {
    store.image("closed", "base:100");
    store.unreadableImage("closed");

    for (String figure :
        List.of(
            "docker_store_dangling_images",
            "docker_store_images_size_bytes",
            "docker_store_images_reclaimable_bytes",
            "docker_image_shared_size_bytes",
            "docker_image_unique_size_bytes",
            "docker_image_freeable_bytes",
            "docker_layer_images")) {
      assertThat(series(figure, store.observation())).as(figure).isEmpty();
    }
    assertThat(series("docker_store_images", store.observation()))
        .isEqualTo("docker_store_images{driver=\"overlay2\",} 3.0");
    assertThat(series("docker_image_size_bytes", store.observation())).hasLineCount(2);
  }

  @Test
  void directoryThatCouldNotBeReadToItsEndHasNoSize() throws IOException {
    store.measured("base", new DirectoryUsage(1, 4096, 2, 1));

    assertThat(series("docker_layer_directory_disk_bytes", store.observation())).isEmpty();
    assertThat(series("docker_layer_directory_size_bytes", store.observation())).isEmpty();
    assertThat(series("docker_layer_directory_inodes", store.observation())).isEmpty();
  }

  @Test
  void chainsWhoseDirectoriesCannotBeSeenAreNeitherConsistentNorNot() throws IOException {
    store.closedDirectory(chain("base", "app"));

    assertThat(series("docker_image_chain_consistent", store.observation()))
        .isEqualTo(image("docker_image_chain_consistent", "web", "1.0"));

    store.unknown(StorePart.DIRECTORIES);

    assertThat(series("docker_image_chain_consistent", store.observation())).isEmpty();
    assertThat(series("docker_layer_chain_consistent", store.observation())).isEmpty();
  }

  @Test
  void brokenChainIsInconsistentWhateverElseCannotBeRead() throws IOException {
    store.withoutContent(chain("base", "web")).unreadable(chain("base"));

    assertThat(series("docker_image_chain_consistent", store.observation()))
        .isEqualTo(image("docker_image_chain_consistent", "web", "0.0"));
  }

  @ParameterizedTest
  @EnumSource
  void figureOfAnUnknownPartIsAbsent(Figure figure) throws IOException {
    assertThat(series(figure.family, store.observation())).isNotEmpty();

    assertThat(series(figure.family, store.unknown(figure.part).observation())).isEmpty();
  }

  /// A family and a part of the store without which it says nothing.
  enum Figure {
    IMAGES("docker_store_images", StorePart.IMAGES),
    DANGLING_IMAGES("docker_store_dangling_images", StorePart.REFERENCES),
    REFERENCES("docker_store_references", StorePart.REFERENCES),
    LAYERS("docker_store_layers", StorePart.LAYERS),
    MOUNTS("docker_store_mounts", StorePart.MOUNTS),
    LAYERS_SIZE("docker_store_layers_size_bytes", StorePart.LAYERS),
    IMAGES_SIZE("docker_store_images_size_bytes", StorePart.REFERENCES),
    RECLAIMABLE("docker_store_images_reclaimable_bytes", StorePart.CONTAINERS),
    IMAGE_CONSISTENT("docker_image_chain_consistent", StorePart.LAYERS),
    LAYER_CONSISTENT("docker_layer_chain_consistent", StorePart.LAYERS),
    DIRECTORIES("docker_store_directories", StorePart.DIRECTORIES),
    DIRECTORY_BYTES("docker_store_directory_disk_bytes", StorePart.DIRECTORIES),
    CONTAINERS("docker_image_containers", StorePart.CONTAINERS),
    LAYER_IMAGES("docker_layer_images", StorePart.IMAGES);

    private final String family;
    private final StorePart part;

    Figure(String family, StorePart part) {
      this.family = family;
      this.part = part;
    }
  }

  private static String image(String family, String name, String value) {
    return "%s{driver=\"overlay2\",image_id=\"%s\",} %s".formatted(family, imageId(name), value);
  }
}
