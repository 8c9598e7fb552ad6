package io.github.dockerimageexporter.check;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AffectedLayersTest {
  private static final ChainId BASE = chainId("base");
  private static final ChainId APP = chainId("base", "app");
  private static final ChainId TOP = chainId("base", "app", "top");
  private static final ChainId OTHER = chainId("base", "other");

  @TempDir private Path dataRoot;
  private SampleStore store;
  private ImageId app;

  @BeforeEach
  void healthyStore() {
    store = new SampleStore(dataRoot);
    app = store.image("app:1", "base", "app", "top");
    store.image("other:1", "base", "other");
  }

  @Test
  void theyAreThoseWithTheProblemAndAllThatStandOnThem() throws IOException {
    CheckedStore.delete(store.content(SampleStore.cacheId("base")));

    assertThat(affectedLayers()).containsExactly(sorted(BASE, APP, TOP, OTHER));
  }

  @Test
  void aLayerThatIsNotThereIsAmongThem() throws IOException {
    CheckedStore.delete(store.layer(APP));

    assertThat(affectedLayers()).containsExactly(sorted(APP, TOP));
  }

  @Test
  void theImagesNameThemWhereTheRecordsDoNot() throws IOException {
    Files.writeString(store.layer(APP).resolve("parent"), "");
    Files.writeString(store.layer(BASE).resolve("size"), "");

    assertThat(affectedLayers())
        .containsExactlyInAnyOrder(sorted(BASE, APP, TOP, OTHER), sorted(APP, TOP));
  }

  @Test
  void aProblemOfAnImageHasNone() throws IOException {
    Files.writeString(store.config(app), "{}");

    assertThat(affectedLayers()).containsExactly(List.of());
  }

  private static List<ChainId> sorted(ChainId... layers) {
    return Stream.of(layers).sorted().toList();
  }

  private List<List<ChainId>> affectedLayers() {
    var checked = new CheckedStore(store);
    StoreSnapshot snapshot = checked.read();
    LayerGraph graph = LayerGraph.of(snapshot);
    return checked.report(StatedEvidence.NONE).findings().stream()
        .map(finding -> finding.affectedLayers(snapshot, graph))
        .toList();
  }
}
