package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.ContainerdSampleStore;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.logging.LogLines;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservationLogTest {
  private final LogLines log = LogLines.of(ObservationLog.class);
  @TempDir private Path dataRoot;

  @AfterEach
  void listenNoMore() {
    log.close();
  }

  @Test
  void aGreatManyProblemsAtOnceAreToldInPart() throws IOException, InterruptedException {
    var store = new SampleStore(dataRoot);
    Path layers = Files.createDirectories(dataRoot.resolve(store.layout().layers()));
    for (int i = 0; i < 150; i++) {
      Files.createDirectory(layers.resolve("%064x".formatted(i)));
    }

    new ObservationLog().changed(Optional.empty(), scan());

    List<String> lines = log.get();
    assertThat(lines).hasSize(101);
    assertThat(lines.getLast())
        .isEqualTo("msg=\"more problems found; the command check lists all\" count=50");
    assertThat(lines.subList(0, 100))
        .doesNotHaveDuplicates()
        .allMatch(line -> line.startsWith("msg=\"problem found\" problem=layer_empty "));
  }

  @Test
  void aProblemIsToldInPairsWhenItComesAndWhenItGoes() throws IOException, InterruptedException {
    var store = new SampleStore(dataRoot);
    Path layer =
        Files.createDirectories(dataRoot.resolve(store.layout().layers()).resolve("0".repeat(64)));
    Observation broken = scan();
    Files.delete(layer);
    Observation healthy = scan();
    var observations = new ObservationLog();

    observations.changed(Optional.of(healthy), broken);
    observations.changed(Optional.of(broken), healthy);

    String pairs =
        "problem=layer_empty impact=unusable layer=sha256:%1$s path=image/overlay2/layerdb/sha256/%1$s"
            .formatted("0".repeat(64));
    assertThat(log.get())
        .containsExactly(
            "msg=\"problem found\" %s detail=\"layer sha256:%s: %s\" see=\"%s\""
                .formatted(
                    pairs,
                    "0".repeat(64),
                    "its directory in the layer store is empty",
                    "docker-image-exporter explain layer_empty"),
            "msg=\"problem solved\" " + pairs);
  }

  @Test
  void aStoreLeftBehindAndWhatIsNotReadAreToldOnce() throws IOException, InterruptedException {
    new SampleStore(dataRoot);
    Files.createDirectory(dataRoot.resolve("image/notes"));
    Files.createDirectories(dataRoot.resolve("buildkit/containerd-overlayfs"));
    Files.createFile(dataRoot.resolve("image/identity-cache.db"));
    Observation seen = scan();
    var observations = new ObservationLog();

    observations.changed(Optional.empty(), seen);
    observations.changed(Optional.of(seen), scan());

    // This machine may have a containerd of its own, or none.
    assertThat(log.get())
        .filteredOn(line -> !line.contains("path=containerd "))
        .containsExactly(
            "msg=\"not read\" path=image/notes reason=\"not an image store: it contains no imagedb"
                + " and no layerdb and no repositories.json\"",
            "msg=\"dockerd no longer uses this store; it is still checked\" driver=overlay2");
  }

  @Test
  void thatContainerdsRootIsGoneAndThatItIsBackIsTold() throws IOException, InterruptedException {
    var store = new ContainerdSampleStore(dataRoot);
    store.image("app:1", "base");
    Path root = dataRoot.resolve("containerd/daemon");
    Path away = dataRoot.resolve("away");
    Observation there = scan(root);
    Files.move(root, away);
    Observation gone = scan(root);
    var observations = new ObservationLog();

    observations.changed(Optional.of(there), gone);
    observations.changed(Optional.of(gone), there);

    String line =
        "msg=\"data root state changed\" data_root=%s state=containerd ".formatted(dataRoot);
    assertThat(log.get())
        .satisfiesExactly(
            lost -> assertThat(lost).startsWith(line + "detail="),
            back -> assertThat(back).startsWith(line + "drivers="));
  }

  private Observation scan() throws InterruptedException {
    return new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
        .scanTwice();
  }

  /// Looks for containerd nowhere else.
  private Observation scan(Path containerdRoot) throws InterruptedException {
    var containerd =
        new ContainerdSettings(Optional.of(containerdRoot), List.of(ContainerdSettings.DOCKER));
    return new StoreScanner(
            dataRoot, containerd, Duration.ZERO, Duration.ofHours(1), InstantSource.system())
        .scanTwice();
  }
}
