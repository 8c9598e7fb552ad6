package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.store.OldFiles;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Of which layers something else may be known than before.
class EvidenceChangesTest {
  private static final ChainId BASE = chainId("base");
  private static final ChainId APP = chainId("base", "app");

  @TempDir private Path dataRoot;

  private final ReadingCache cache = ReadingCache.forOneCheck(1, Duration.ZERO);
  private SampleStore store;
  private StoreScanner scanner;

  @BeforeEach
  void fillStore() throws IOException {
    store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
    scanner = new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system());
  }

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void whatWasReadIsNewsOfEachLayer() throws Exception {
    Observation seen = scanner.scan(Freshness.EVERY_FILE);
    LayerEvidence before = evidence(seen, Readings.none());

    LayerEvidence after = evidence(seen, cache.readAll(seen, new ScanProgress()));

    assertThat(changes(before, after)).isEqualTo(Set.of(BASE, APP));
    assertThat(changes(after, after)).isEmpty();
  }

  @Test
  void anotherImageIsNewsOfItsLayersAlone() throws Exception {
    LayerEvidence before = read();

    store.image("other:1", "base", "other");

    assertThat(changes(before, read())).isEqualTo(Set.of(chainId("base", "other")));
  }

  @Test
  void anotherRecordIsNewsOfItsLayer() throws Exception {
    LayerEvidence before = read();

    Path record = record();
    Files.write(record, new byte[] {1});

    assertThat(changes(before, read())).isEqualTo(Set.of(APP));
  }

  private Path record() {
    return Objects.requireNonNull(
            scanner.scan(Freshness.EVERY_FILE).stores().getFirst().store().tarSplits().get(APP))
        .path()
        .path();
  }

  private LayerEvidence read() throws InterruptedException {
    OldFiles.awaitIn(dataRoot);
    Observation seen = scanner.scan(Freshness.EVERY_FILE);
    return evidence(seen, cache.readAll(seen, new ScanProgress()));
  }

  private static LayerEvidence evidence(Observation seen, Readings readings) {
    return readings.evidence(seen.stores().getFirst().store());
  }

  private static Set<ChainId> changes(LayerEvidence before, LayerEvidence after) {
    return after.changesSince(before).orElseThrow().layers();
  }
}
