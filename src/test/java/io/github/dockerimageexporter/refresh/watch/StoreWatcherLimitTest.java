package io.github.dockerimageexporter.refresh.watch;

import static io.github.dockerimageexporter.refresh.watch.WatchFixture.METADATA;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.MOUNTS;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.freshWith;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.hex;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.layer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is watched of a store that has about as many directories as the limit allows.
class StoreWatcherLimitTest {
  private static final int LIMIT = 20;

  private WatchFixture store;

  @BeforeEach
  void makeStore(@TempDir Path root) throws IOException {
    store = new WatchFixture(root, LIMIT);
    store.fresh();
    store.objects();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void leavesObjectsToTheIntervalAboveTheLimitUntilWellBelowIt() throws IOException {
    for (int number = 20; number < 24; number++) {
      store.make(layer(number));
    }
    store.watcher.start();
    store.watcher.supervise();
    store.make(layer(24));
    store.awaitSignal();
    assertThat(store.watched()).hasSize(LIMIT);
    store.watcher.supervise();
    assertThat(store.watched())
        .isEqualTo(freshWith("image/overlay2/layerdb/sha256", "image/overlay2/layerdb/mounts"));
    assertThat(store.watcher.watchesLayers()).isFalse();
    assertThat(store.watcher.up()).isTrue();

    store.delete(layer(20));
    store.delete(layer(21));
    store.watcher.supervise();
    assertThat(store.watcher.watchesLayers()).isFalse();

    store.delete(layer(22));
    store.superviseUntil(store.watcher::watchesLayers);
    assertThat(store.watched())
        .isEqualTo(
            freshWith(
                "image/overlay2/layerdb/sha256",
                "image/overlay2/layerdb/mounts",
                layer(1),
                layer(23),
                layer(24),
                METADATA + hex(2),
                MOUNTS + "m"));
    assertThat(store.lines())
        .containsExactly(
            "msg=\"watching for changes\" data_root=ROOT directories=20",
            "msg=\"changes inside layer directories are only found by the periodic scan\""
                + " reason=\"more than 20 directories (--watch.limit)\"",
            "msg=\"layer directories are watched again\"");
  }

  @Test
  void aNewLayerSignalsAboveTheLimitToo() throws IOException {
    for (int number = 20; number < 40; number++) {
      store.make(layer(number));
    }
    store.watcher.start();
    store.make(layer(40));
    store.awaitSignal();
    assertThat(store.watched())
        .isEqualTo(freshWith("image/overlay2/layerdb/sha256", "image/overlay2/layerdb/mounts"));
  }
}
