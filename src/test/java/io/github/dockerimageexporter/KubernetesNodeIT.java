package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A store that containerd's own client has filled in the namespace of Kubernetes, seen from a host
/// without a data root.
@RequiresEngine
class KubernetesNodeIT {
  private static final String NAMESPACE = "--namespace=k8s.io";

  @Test
  void aNodesImagesAreIntactWithAndWithoutTheBlobsOfTheirLayers()
      throws IOException, InterruptedException {
    try (var engine =
        DockerEngine.start(new EngineKind(EngineKind.Origin.SID, ImageStore.SEPARATE_CONTAINERD))) {
      fill(engine);
      ObservedStore whole = scan(engine);
      assertThat(whole.store().references().stream().map(Reference::name)).containsExactly("app:1");
      assertThat(image(whole).manifests().getFirst())
          .matches(manifest -> manifest.complete() && manifest.unpacked());

      discardUnpackedLayers(engine);

      assertThat(image(scan(engine)).manifests().getFirst())
          .matches(manifest -> !manifest.complete() && manifest.unpacked());
    }
  }

  private static void fill(DockerEngine engine) throws IOException, InterruptedException {
    var images = new Images(engine);
    images.buildKit("app:1", Images.VARIED);
    Path archive = engine.directory().resolve("app.tar");
    images.save(archive, "app:1");
    engine.ctr(NAMESPACE, "images", "import", archive.toString());
  }

  /// What CRI does by itself: `discard_unpacked_layers`.
  private static void discardUnpackedLayers(DockerEngine engine)
      throws IOException, InterruptedException {
    ObservedStore seen = scan(engine);
    String manifest =
        image(seen).manifests().getFirst().digest().map(Digest::toString).orElseThrow();
    for (String layer : layers(engine.ctr(NAMESPACE, "content", "get", manifest))) {
      engine.ctr(NAMESPACE, "content", "rm", layer);
    }
  }

  private static List<String> layers(String manifest) throws IOException {
    var layers = new ObjectMapper().readTree(manifest).get("layers");
    return layers.findValuesAsText("digest");
  }

  private static Image image(ObservedStore seen) {
    assertThat(seen.store().images()).hasSize(1);
    return seen.store().images().values().iterator().next();
  }

  /// A scan as `check` makes it, which must find nothing wrong.
  private static ObservedStore scan(DockerEngine engine) throws InterruptedException {
    var settings = new ContainerdSettings(Optional.of(engine.containerdRoot()), List.of("k8s.io"));
    Observation seen =
        new StoreScanner(
                engine.directory().resolve("no-docker"),
                settings,
                Duration.ofSeconds(1),
                Duration.ZERO,
                InstantSource.system())
            .scanAndMeasure(1);
    assertThat(seen.state()).isEqualTo(DataRootState.CONTAINERD);
    ObservedStore store = seen.stores().getFirst();
    assertThat(store.report().findings().stream().map(Finding::problem)).isEmpty();
    assertThat(store.isWhollyRead()).isTrue();
    return store;
  }
}
