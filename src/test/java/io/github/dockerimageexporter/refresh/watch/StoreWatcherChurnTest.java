package io.github.dockerimageexporter.refresh.watch;

import static io.github.dockerimageexporter.refresh.watch.WatchFixture.FRESH_WATCHED;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.eventually;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.layer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starting and ending the watch of a store that is busy.
class StoreWatcherChurnTest {
  private WatchFixture store;

  @BeforeEach
  void makeStore(@TempDir Path root) throws IOException {
    store = new WatchFixture(root, 4096);
    store.fresh();
    store.make("image/overlay2/layerdb/sha256");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void startsWhileDirectoriesComeAndGo() throws Exception {
    var inodes = new ArrayList<Long>();
    for (String directory : FRESH_WATCHED) {
      inodes.add(WatchFixture.inode(store.root.resolve(directory)));
    }
    try (var _ = new Churn(store)) {
      for (int start = 0; start < 20; start++) {
        try (var another = new WatchFixture(store.root, 4096)) {
          another.watcher.start();
          assertThat(another.watcher.up()).isTrue();
          assertThat(WatchFixture.watchedInodes()).containsAll(inodes);
        }
      }
    }
  }

  @Test
  void closesWhileDirectoriesComeAndGo() throws Exception {
    try (var _ = new Churn(store)) {
      for (int start = 0; start < 20; start++) {
        var another = new WatchFixture(store.root, 4096);
        another.watcher.start();
        eventually(() -> another.signals.get() > 0);
        another.close();
        eventually(() -> WatchFixture.threads() == 0);
        assertThat(another.lines()).hasSize(1);
      }
    }
  }

  /// Makes and removes layer directories until it is closed.
  private static final class Churn implements AutoCloseable {
    private final AtomicBoolean over = new AtomicBoolean();
    private final Future<?> work;

    Churn(WatchFixture store) {
      var thread = Executors.newSingleThreadExecutor();
      work =
          thread.submit(
              () -> {
                for (int number = 0; !over.get(); number++) {
                  store.make(layer(number % 100));
                  store.delete(layer(number % 100));
                }
                return true;
              });
      thread.shutdown();
    }

    @Override
    public void close() {
      over.set(true);
      eventually(work::isDone);
      assertThat(work.state()).isEqualTo(Future.State.SUCCESS);
    }
  }
}
