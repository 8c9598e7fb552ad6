package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.snapshot.StoreUse.IN_USE;
import static io.github.dockerimageexporter.snapshot.StoreUse.LEFT_BEHIND;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.EngineKind.Origin;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.Images;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.machine.Disk;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A real engine that goes from one store to another and back, on one data root.
@RequiresEngine
class ActiveStoreIT {
  /// What touches of one start can lie apart is taken for one start.
  private static final Duration ANOTHER_START = Duration.ofMillis(1_100);

  @Test
  void theStoreOfTheDriverThatStartedLastIsInUse() throws IOException, InterruptedException {
    try (var engine = DockerEngine.start("overlay2")) {
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", IN_USE));

      restart(engine, ImageStore.VFS);
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", LEFT_BEHIND, "vfs", IN_USE));

      restart(engine, ImageStore.OVERLAY2);
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", IN_USE, "vfs", LEFT_BEHIND));

      engine.stop();
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", IN_USE, "vfs", LEFT_BEHIND));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MACHINE")
  void aStoreThatWasLeftForContainerdAndBackIsToldWithWhatItHolds(Origin origin)
      throws IOException, InterruptedException {
    try (var engine = DockerEngine.start(new EngineKind(origin, ImageStore.OVERLAY2))) {
      new Images(engine).buildKit("base:1", Images.BASE);
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", IN_USE));

      restart(engine, ImageStore.CONTAINERD);
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", LEFT_BEHIND, "overlayfs", IN_USE));
      new Images(engine).buildKit("base:1", Images.BASE);
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", LEFT_BEHIND, "overlayfs", IN_USE));
      assertTold(engine, "overlay2", "overlayfs");
      assertImagesAreTheEngines(engine, "overlayfs");

      restart(engine, ImageStore.OVERLAY2);
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", IN_USE, "overlayfs", LEFT_BEHIND));
      assertTold(engine, "overlayfs", "overlay2");
      assertImagesAreTheEngines(engine, "overlay2");

      engine.stop();
      assertThat(uses(engine)).isEqualTo(Map.of("overlay2", IN_USE, "overlayfs", LEFT_BEHIND));
      assertDamageIsFoundInBoth(engine);
    }
  }

  private static void assertImagesAreTheEngines(DockerEngine engine, String driver)
      throws IOException {
    var sizes = new TreeMap<String, Integer>();
    for (JsonNode image : engine.api("/images/json?all=1")) {
      String id = image.get("Id").textValue();
      sizes.put(id, engine.api("/images/" + id + "/json").at("/RootFS/Layers").size());
    }

    assertThat(
            stores(engine)
                .filter(store -> store.driver().equals(driver))
                .flatMap(store -> store.images().entrySet().stream())
                .collect(
                    toMap(
                        image -> image.getKey().toString(),
                        image -> image.getValue().rootFs().chainIds().size())))
        .isEqualTo(sizes);
  }

  private static void assertDamageIsFoundInBoth(DockerEngine engine)
      throws IOException, InterruptedException {
    for (String store : List.of("overlay2", "containerd")) {
      try (var files = Files.walk(engine.dataRoot().resolve(store))) {
        Disk.flip(files.filter(file -> file.endsWith("bin/busybox")).findFirst().orElseThrow());
      }
    }

    String found =
        Program.of(
                ExporterProcess.launcher().toString(),
                "check",
                "--scrub",
                "--docker.root=" + engine.dataRoot())
            .outcome()
            .output();
    assertThat(Pattern.compile("(?m)^  (\\w+) \\(|where: +(\\w+)").matcher(found).results())
        .map(one -> Objects.requireNonNullElse(one.group(1), one.group(2)))
        .containsExactlyInAnyOrder(
            "layer_file_checksum_mismatch",
            "overlay2",
            "layer_file_checksum_mismatch",
            "containerd");
  }

  private static void assertTold(DockerEngine engine, String left, String used)
      throws IOException, InterruptedException {
    String root = "--docker.root=" + engine.dataRoot();
    assertThat(run("check", root))
        .containsOnlyOnce("not in use: dockerd no longer uses this store")
        .containsPattern(left + ".*: 1 image[^x]*not in use[^x]*it still contains .* on disk");
    assertThat(run("inspect", "base:1", root))
        .contains("driver:     " + used)
        .doesNotContain("not in use");
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    String launcher = ExporterProcess.launcher().toString();
    return Program.of(
            Stream.concat(Stream.of(launcher), Stream.of(arguments)).toArray(String[]::new))
        .run();
  }

  private static void restart(DockerEngine engine, ImageStore store) throws IOException {
    engine.stop();
    await().pollDelay(ANOTHER_START).until(() -> true);
    engine.restart(store);
  }

  private static Map<String, StoreUse> uses(DockerEngine engine) {
    return stores(engine).collect(toMap(StoreSnapshot::driver, StoreSnapshot::use));
  }

  private static Stream<StoreSnapshot> stores(DockerEngine engine) {
    return new StoreReader(engine.dataRoot()).read(Freshness.EVERY_FILE).stores().stream();
  }
}
