package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.Expositions.series;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.NOON;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.observation.ScrubState.Background;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.Parts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A store of ten layers, as far as the scrub counts.
class ScrubFamiliesTest {
  private static final ScrubTally SHAPE =
      new ScrubTally(Depth.SHAPE, 10, 100, 0, 0, Map.of(), 0, Optional.of(NOON));
  private static final ScrubTally CONTENT =
      new ScrubTally(
          Depth.CONTENT,
          4,
          50,
          700,
          1,
          Map.of("no record", List.of(chain("a"))),
          4,
          Optional.empty());

  private final StoreFixture store = new StoreFixture();

  @BeforeEach
  void makeAnImage() {
    store.image("app:1", "base:100", "app:20");
  }

  @Test
  void aDepthThatIsSwitchedOnCountsAllLayers() throws IOException {
    store.scrubbed(background(SHAPE));

    assertThat(series("docker_store_scrub_layers", store.observation()))
        .isEqualTo(
            """
            docker_store_scrub_layers{driver="overlay2",depth="shape",state="verified",} 10.0
            docker_store_scrub_layers{driver="overlay2",depth="shape",state="unverifiable",} 0.0
            docker_store_scrub_layers{driver="overlay2",depth="shape",state="corrupt",} 0.0
            docker_store_scrub_layers{driver="overlay2",depth="shape",state="pending",} 0.0\
            """);
    assertThat(series("docker_store_scrub_bytes_total", store.observation())).isEmpty();
  }

  @Test
  void eachDepthIsCountedForItself() throws IOException {
    store.scrubbed(background(SHAPE, CONTENT));

    assertThat(series("docker_store_scrub_layers", store.observation()))
        .endsWith(
            """
            docker_store_scrub_layers{driver="overlay2",depth="content",state="verified",} 4.0
            docker_store_scrub_layers{driver="overlay2",depth="content",state="unverifiable",} 1.0
            docker_store_scrub_layers{driver="overlay2",depth="content",state="corrupt",} 1.0
            docker_store_scrub_layers{driver="overlay2",depth="content",state="pending",} 4.0\
            """);
    assertThat(series("docker_store_scrub_bytes_total", store.observation()))
        .isEqualTo("docker_store_scrub_bytes_total{driver=\"overlay2\",} 1234.0");
  }

  @Test
  void onlyADepthAtWhichAllLayersWereReadHasATime() throws IOException {
    store.scrubbed(background(SHAPE, CONTENT));

    String family = "docker_store_scrub_last_completed_timestamp_seconds";
    assertThat(series(family, store.observation()))
        .isEqualTo(family + "{driver=\"overlay2\",depth=\"shape\",} 1.7672688E9");
  }

  @Test
  void aLayerWhoseContentWasRightHasATime() throws IOException {
    store.scrubbed(background(CONTENT));

    String family = "docker_layer_verified_timestamp_seconds";
    assertThat(series(family, store.observation()))
        .isEqualTo(
            "%s{driver=\"overlay2\",chain_id=\"%s\",} 1.7672688E9"
                .formatted(family, chain("base")));
  }

  @Test
  void whatOneCheckHasComparedIsNotExported() throws IOException {
    store.scrubbed(ScrubState.of(Optional.of(CONTENT)));

    assertThat(series("docker_store_scrub_layers", store.observation())).isEmpty();
  }

  private static ScrubState background(ScrubTally... tallies) {
    return new ScrubState(
        List.of(tallies),
        Optional.of(
            new Background(
                1234, false, Optional.empty(), Parts.ofChains(Map.of(chain("base"), NOON)))));
  }
}
