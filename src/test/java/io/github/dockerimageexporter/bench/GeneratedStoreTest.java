package io.github.dockerimageexporter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.content.ScrubScope;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedStoreTest {
  @TempDir Path dataRoot;

  @Test
  void isHealthyAndAsLargeAsItSays() throws IOException {
    var generated = new GeneratedStore(dataRoot, 20);
    generated.write();

    StoreSnapshot store = new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst();
    assertThat(store.images()).hasSize(20);
    assertThat(store.references()).hasSize(20);
    assertThat(store.layers()).hasSize(200).hasSize(generated.layers());
    assertThat(store.unreadable()).isEqualTo(Unreadable.NOTHING);
    assertThat(Checking.problems(store, Instant.MAX)).isEmpty();
  }

  @Test
  void itsLayersHaveTheFilesOfTheirRecords() throws IOException, InterruptedException {
    new GeneratedStore(dataRoot, 10).write();

    ObservedStore store =
        new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scanAndScrub(1, ScrubScope.everyLayer(Depth.SHAPE))
            .stores()
            .getFirst();

    assertThat(store.scrub().at(Depth.SHAPE).map(ScrubTally::verified))
        .contains((long) store.store().layers().size());
  }
}
