package io.github.dockerimageexporter.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.content.hidden.HiddenBytesReader;
import io.github.dockerimageexporter.logging.LogLines;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DemoTest {
  private final Demo demo = new Demo(Demo.StoreKind.graphdriver, Duration.ofMillis(1));

  @AfterEach
  void close() {
    demo.close();
  }

  @Test
  void oneRoundLeavesTheStoreAsItWas() throws IOException {
    Map<String, String> before = files();
    demo.step();
    demo.step();
    demo.step();
    demo.step();
    demo.step();
    demo.step();

    assertThat(files()).isEqualTo(before);
  }

  @Test
  void oneImageHidesFilesOfItsOwnLayers() throws InterruptedException {
    Observation seen =
        new StoreScanner(demo.dataRoot(), Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scanTwice();

    ObservedStore store = HiddenBytesReader.readAll(seen, _ -> true).stores().getFirst();

    assertThat(store.store().images().values())
        .map(image -> new Inventory(store).hiddenBytesOf(image).orElse(-1))
        .containsExactlyInAnyOrder(0L, 0L, SampleStore.sizeBytes("compiler"));
  }

  @Test
  void chainBreaksAndHeals() {
    Path diff =
        demo.dataRoot()
            .resolve("image/overlay2/layerdb/sha256")
            .resolve(SampleStore.chainId("base", "runtime").digest().hex())
            .resolve("diff");
    demo.step();
    demo.step();
    assertThat(diff).hasContent(SampleStore.diffId("edited").toString());

    demo.step();
    assertThat(diff).hasContent(SampleStore.diffId("runtime").toString());
  }

  @Test
  void aStepThatFailsIsTakenAgain() throws IOException {
    Path content =
        demo.dataRoot()
            .resolve("overlay2")
            .resolve(SampleStore.cacheId("base", "runtime", "shop-1").value())
            .resolve("diff");
    Path aside = demo.dataRoot().resolveSibling("aside");
    Files.move(content, aside);
    try (var log = LogLines.of(Demo.class)) {
      demo.start();
      await().until(() -> log.get().stream().anyMatch(line -> line.contains("trying again")));

      Files.move(aside, content);

      await().until(() -> log.get().stream().anyMatch(line -> line.contains("moved back")));
    }
  }

  @Test
  void contentIsMovedAwayAndComesBack() {
    Path content =
        demo.dataRoot()
            .resolve("overlay2")
            .resolve(SampleStore.cacheId("base", "runtime", "shop-1").value())
            .resolve("diff");
    demo.step();
    demo.step();
    demo.step();
    demo.step();
    assertThat(content).doesNotExist();

    demo.step();
    assertThat(content).isNotEmptyDirectory();
  }

  @Test
  void changesByItselfOnceStarted() {
    String shop = "\"shop:2\"";
    demo.start();

    Path repositories = demo.dataRoot().resolve("image/overlay2/repositories.json");
    await().untilAsserted(() -> assertThat(repositories).content().contains(shop));
    await().untilAsserted(() -> assertThat(repositories).content().doesNotContain(shop));
  }

  @Test
  void closingLeavesNothingBehind() {
    demo.start();
    demo.close();

    assertThat(demo.dataRoot().getParent()).doesNotExist();
  }

  private Map<String, String> files() throws IOException {
    var files = new TreeMap<String, String>();
    try (var tree = Files.walk(demo.dataRoot())) {
      for (Path path : tree.toList()) {
        String text = Files.isRegularFile(path) ? Files.readString(path, ISO_8859_1) : "";
        files.put(demo.dataRoot().relativize(path).toString(), text);
      }
    }
    return files;
  }
}
