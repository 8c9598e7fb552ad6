package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.Expositions.series;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.ChainId;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LayerLimitTest {
  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void fourLayersOfOneImage() {
    store.image("app", "base:100", "small:1", "big:1000", "top:10");
  }

  @Test
  void atTheLimitNothingIsLeftOut() throws IOException {
    String text = text(4);

    assertThat(series("docker_layer_size_bytes", text).lines()).hasSize(4);
    assertThat(series("docker_image_exporter_dropped_series", text).lines())
        .hasSize(11)
        .allMatch(line -> line.endsWith(" 0.0"));
  }

  @Test
  void aboveTheLimitTheLargestStay() throws IOException {
    assertThat(series("docker_layer_size_bytes", text(2)).lines())
        .containsExactlyElementsOf(
            Stream.of(line(chain("base", "small", "big"), "1000.0"), line(chain("base"), "100.0"))
                .sorted()
                .toList());
  }

  @Test
  void aboveTheLimitInconsistentLayersStayFirst() throws IOException {
    store.withoutContent(chain("base", "small", "big", "top"));

    assertThat(series("docker_layer_size_bytes", text(1)))
        .isEqualTo(line(chain("base", "small", "big", "top"), "10.0"));
  }

  @Test
  void whatIsLeftOutIsCountedByFamily() throws IOException {
    store.measured("small", 1, 1, 1);

    assertThat(series("docker_image_exporter_dropped_series", text(1)))
        .isEqualTo(
            """
            docker_image_exporter_dropped_series{family="docker_layer_info",} 3.0
            docker_image_exporter_dropped_series{family="docker_layer_size_bytes",} 3.0
            docker_image_exporter_dropped_series{family="docker_layer_directory_size_bytes",} 1.0
            docker_image_exporter_dropped_series{family="docker_layer_directory_disk_bytes",} 1.0
            docker_image_exporter_dropped_series{family="docker_layer_directory_inodes",} 1.0
            docker_image_exporter_dropped_series{family="docker_layer_images",} 3.0
            docker_image_exporter_dropped_series{family="docker_layer_depth",} 3.0
            docker_image_exporter_dropped_series{family="docker_layer_chain_consistent",} 3.0
            docker_image_exporter_dropped_series{family="docker_layer_verified_timestamp_seconds",} 0.0
            docker_image_exporter_dropped_series{family="docker_image_layer_info",} 3.0
            docker_image_exporter_dropped_series{family="docker_image_platform_info",} 0.0\
            """
                .stripIndent());
  }

  @Test
  void limitIsOfAllStoresTogether() throws IOException {
    var other = new StoreFixture("vfs");
    other.image("app", "base:5000");

    String text =
        Expositions.text(
            StoreFixture.observation(store, other), new CollectorOptions(true, true, true, 1));

    assertThat(series("docker_layer_size_bytes", text))
        .isEqualTo(line(chain("base"), "5000.0").replace("overlay2", "vfs"));
  }

  private String text(int limit) throws IOException {
    return Expositions.text(store.observation(), new CollectorOptions(true, true, true, limit));
  }

  private static String line(ChainId chainId, String value) {
    return "docker_layer_size_bytes{driver=\"overlay2\",chain_id=\"%s\",} %s"
        .formatted(chainId, value);
  }
}
