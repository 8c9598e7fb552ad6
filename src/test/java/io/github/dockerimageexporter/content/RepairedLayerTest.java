package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.ContainerdSampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Allocated;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A layer in containerd whose files a plan puts in their place, in a directory that stays.
class RepairedLayerTest {
  private static final ChainId LAYER = chainId("base");

  @TempDir private Path dataRoot;
  private final ReadingCache readings = ReadingCache.forOneCheck(1, Duration.ZERO);
  private Path files;
  private Path aside;

  @BeforeEach
  void makeAStore() throws IOException {
    new ContainerdSampleStore(dataRoot).image("app:1", "base");
    var directories = scan().stores().getFirst().store().layerDirectories();
    files = requireNonNull(directories.get(LAYER)).path().resolve("fs");
    aside = dataRoot.resolve("aside");
  }

  @AfterEach
  void stop() {
    readings.close();
  }

  @Test
  void filesThatWereMissingWhenItWasMeasuredAreMeasured() throws Exception {
    Files.move(files, aside);
    Optional<Allocated> without = measured();

    Files.move(aside, files);

    assertThat(measured()).isPresent().isNotEqualTo(without);
  }

  @Test
  void filesThatReplaceOthersAreMeasured() throws Exception {
    Files.move(files, aside);
    Files.createDirectory(files);
    Optional<Allocated> wrong = measured();

    Files.move(files, dataRoot.resolve("wrong"));
    Files.move(aside, files);

    assertThat(measured()).isPresent().isNotEqualTo(wrong);
  }

  private Optional<Allocated> measured() throws InterruptedException {
    Observation seen = scan();
    return readings
        .readAll(seen, new ScanProgress())
        .evidence(seen.stores().getFirst().store())
        .allocated(LAYER);
  }

  private Observation scan() {
    return new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
        .scan(Freshness.EVERY_FILE);
  }
}
