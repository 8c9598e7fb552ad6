package io.github.dockerimageexporter.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.Unreadable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedContainerdStoreTest {
  @TempDir Path dataRoot;

  @Test
  void isHealthyAndAsLargeAsItSays() throws Exception {
    try (var generated = new GeneratedContainerdStore(dataRoot, 20)) {
      generated.write();
      generated.add(0);

      var scanner =
          new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system());
      var seen = scanner.scanAndMeasure(1).stores().getFirst();
      StoreSnapshot store = seen.store();
      assertThat(store.images()).hasSize(21);
      assertThat(store.references()).hasSize(21);
      assertThat(store.layers()).hasSize(201).hasSize(generated.layers() + 1);
      assertThat(store.unreadable()).isEqualTo(Unreadable.NOTHING);
      assertThat(seen.report().findings()).isEmpty();
    }
  }
}
