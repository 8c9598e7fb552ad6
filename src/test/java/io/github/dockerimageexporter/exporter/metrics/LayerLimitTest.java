package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.Expositions.series;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.LayerLimit;
import io.github.dockerimageexporter.observation.ObservedStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerLimitTest {
  private static final int LAYERS = 30;

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

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverTheLimitIsThoseStayThatComeFirst(long seed) {
    var random = new Random(seed);
    var vfs = new StoreFixture("vfs");
    for (int i = 0; i < LAYERS; i++) {
      (random.nextBoolean() ? store : vfs).image("of" + i, "layer" + i + ":" + random.nextInt(4));
    }
    for (int i = 0; i < LAYERS; i += 3) {
      store.withoutContent(chain("layer" + i));
      vfs.withoutContent(chain("layer" + i));
    }
    List<ObservedStore> stores = StoreFixture.observation(store, vfs).stores();
    List<String> first = sorted(stores);

    for (int limit = 0; limit <= first.size(); limit++) {
      LayerLimit tried = LayerLimit.of(stores, limit);

      assertThat(stores.stream().flatMap(one -> shown(one, tried)))
          .containsExactlyInAnyOrderElementsOf(first.subList(0, limit));
    }
  }

  private static List<String> sorted(List<ObservedStore> stores) {
    return stores.stream()
        .flatMap(
            one ->
                one.store().layers().values().stream()
                    .map(layer -> Map.entry(sortKey(one, layer), name(one, layer.chainId()))))
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  /// Sizes have up to four digits.
  private static String sortKey(ObservedStore store, Layer layer) {
    boolean inconsistent = store.consistency().of(layer.chainId()) == Consistency.INCONSISTENT;
    return "%b %d %s"
        .formatted(!inconsistent, 9999 - layer.sizeBytes(), name(store, layer.chainId()));
  }

  private static Stream<String> shown(ObservedStore store, LayerLimit limit) {
    return store
        .store()
        .layerIds()
        .filter(layer -> !limit.leavesOut(store, layer))
        .map(layer -> name(store, layer));
  }

  private static String name(ObservedStore store, ChainId layer) {
    return store.store().name() + " " + layer;
  }

  private String text(int limit) throws IOException {
    return Expositions.text(store.observation(), new CollectorOptions(true, true, true, limit));
  }

  private static String line(ChainId chainId, String value) {
    return "docker_layer_size_bytes{driver=\"overlay2\",chain_id=\"%s\",} %s"
        .formatted(chainId, value);
  }
}
