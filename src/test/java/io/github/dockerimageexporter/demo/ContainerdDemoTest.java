package io.github.dockerimageexporter.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContainerdDemoTest {
  private final Demo demo = new Demo(Demo.StoreKind.containerd, Duration.ofHours(1));

  @AfterEach
  void close() {
    demo.close();
  }

  @Test
  void theStoreIsHealthyAndOneImageIsPartial() throws InterruptedException {
    ObservedStore seen = scan();

    assertThat(problems(seen)).isEmpty();
    assertThat(seen.isWhollyRead()).isTrue();
    assertThat(seen.store().name()).isEqualTo("overlayfs in moby");
    assertThat(seen.store().references())
        .map(Reference::name)
        .containsExactly("base:1", "shop:1", "tool:3");
    assertThat(seen.store().layers()).hasSize(5);
    assertThat(
            seen.store().images().values().stream()
                .flatMap((Image image) -> image.manifests().stream())
                .map(ImageManifest::unfetchedLayers)
                .filter(unfetched -> !unfetched.isEmpty()))
        .singleElement()
        .satisfies(unfetched -> assertThat(unfetched).hasSize(1));
  }

  @Test
  void everyStepIsSeenAndARoundEndsHealthy() throws InterruptedException {
    demo.step();
    assertThat(problems(scan())).isEmpty();
    demo.step();
    assertThat(problems(scan()))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("can fail for the whole host"));
    demo.step();
    assertThat(problems(scan())).isEmpty();
    demo.step();
    assertThat(problems(scan()))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("/fs does not exist"));
    demo.step();
    demo.step();

    assertThat(problems(scan())).isEmpty();
    assertThat(scan().store().images()).hasSize(3);
  }

  private static List<String> problems(ObservedStore seen) {
    return seen.report().findings().stream()
        .map(finding -> Explanation.message(finding.problem()))
        .toList();
  }

  private ObservedStore scan() throws InterruptedException {
    return new StoreScanner(
            demo.dataRoot(), Duration.ofMillis(1), Duration.ZERO, InstantSource.system())
        .scanAndMeasure(1)
        .stores()
        .getFirst();
  }
}
