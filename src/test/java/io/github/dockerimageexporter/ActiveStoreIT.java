package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.snapshot.StoreUse.IN_USE;
import static io.github.dockerimageexporter.snapshot.StoreUse.LEFT_BEHIND;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.ImageStore;
import io.github.dockerimageexporter.engine.RequiresEngine;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A real engine that goes from one storage driver to another and back, on one data root.
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

  private static void restart(DockerEngine engine, ImageStore store) throws IOException {
    engine.stop();
    await().pollDelay(ANOTHER_START).until(() -> true);
    engine.restart(store);
  }

  private static Map<String, StoreUse> uses(DockerEngine engine) {
    return new StoreReader(engine.dataRoot())
        .read(Freshness.EVERY_FILE).stores().stream()
            .collect(toMap(StoreSnapshot::driver, StoreSnapshot::use));
  }
}
