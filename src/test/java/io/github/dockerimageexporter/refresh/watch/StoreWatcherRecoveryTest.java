package io.github.dockerimageexporter.refresh.watch;

import static io.github.dockerimageexporter.refresh.watch.WatchFixture.FRESH_WATCHED;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.eventually;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.hex;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the watch survives what the library, the kernel or an operator does to it.
class StoreWatcherRecoveryTest {
  private static final String WATCHING =
      "msg=\"watching for changes\" data_root=ROOT directories=11";
  private static final String GONE =
      "msg=\"watch lost; changes are only found by the periodic scan until it is back\""
          + " reason=\"ROOT is gone\"";
  private static final String REMOVED =
      "msg=\"watch lost; changes are only found by the periodic scan until it is back\""
          + " reason=\"every watched directory was removed\"";
  private static final String REPLACED =
      "msg=\"watch lost; changes are only found by the periodic scan until it is back\""
          + " reason=\"ROOT was replaced\"";

  private WatchFixture store;

  @BeforeEach
  void makeStore(@TempDir Path parent) throws IOException {
    store = new WatchFixture(parent.resolve("docker"), 4096);
    store.fresh();
  }

  @AfterEach
  void close() {
    store.close();
    eventually(() -> WatchFixture.threads() == 0);
  }

  @Test
  void aMissingRootIsToldOnceAndWatchedWhenItComes() throws IOException {
    store.delete("");
    store.watcher.start();
    store.watcher.supervise();
    assertThat(store.watcher.up()).isFalse();
    assertThat(WatchFixture.threads()).isZero();
    store.fresh();
    store.watcher.supervise();
    assertWatchesTheFreshStore();
    assertThat(store.lines()).containsExactly(GONE, WATCHING);
  }

  @Test
  void aRootThatIsDeletedIsWatchedAgainWhenItIsBack() throws IOException {
    store.watcher.start();
    store.delete("");
    eventually(() -> !store.watcher.up());
    store.watcher.supervise();
    store.watcher.supervise();
    store.fresh();
    store.watcher.supervise();
    assertWatchesTheFreshStore();
    assertThat(store.lines()).containsExactly(WATCHING, GONE, WATCHING);
  }

  @Test
  void aRootThatWasDeletedAndMadeAnewBetweenTwoScansIsWatchedAgain() throws IOException {
    store.watcher.start();
    store.delete("");
    store.fresh();
    eventually(() -> !store.watcher.up());
    store.watcher.supervise();
    assertWatchesTheFreshStore();
    assertThat(store.lines()).startsWith(WATCHING).endsWith(REMOVED, WATCHING);
  }

  @Test
  void anotherRootInPlaceOfOneRenamedAwayIsWatched() throws IOException {
    store.watcher.start();
    store.rename("", "../docker.old");
    store.fresh();
    store.watcher.supervise();
    assertWatchesTheFreshStore();
    assertThat(store.lines()).containsExactly(WATCHING, REPLACED, WATCHING);
  }

  @Test
  void aStoreInPlaceOfOneRenamedAwayIsWatchedWithoutALook() throws IOException {
    store.make(layer(1));
    store.watcher.start();
    store.rename("image", "../image.old");
    eventually(() -> store.signals.get() == 1);
    store.fresh();
    eventually(() -> store.watched().containsAll(FRESH_WATCHED));
    store.signals.set(0);
    Files.createFile(store.root.resolve("../image.old/overlay2/layerdb/sha256/entry"));
    store.make("image/sentinel");
    eventually(() -> store.signals.get() > 0);
    assertThat(store.signals).hasValue(1);
  }

  @Test
  void theRootUnderAMountThatIsGoneIsWatched() throws Exception {
    store.delete("");
    store.make("");
    mount(store.root);
    try {
      store.fresh();
      store.watcher.start();
      assertWatchesTheFreshStore();
      store.signals.set(0);
    } finally {
      run("umount", store.root.toString());
    }
    eventually(() -> store.signals.get() > 0);
    assertThat(store.watcher.up()).isFalse();
    Files.delete(store.root);
    store.fresh();
    store.watcher.supervise();
    assertWatchesTheFreshStore();
    assertThat(store.lines()).containsExactly(WATCHING, REMOVED, WATCHING);
  }

  @Test
  void aMountOverAWatchedDirectoryIsWatchedAfterTwoScans() throws Exception {
    store.watcher.start();
    store.watcher.supervise();
    mount(store.root.resolve("overlay2"));
    try {
      store.watcher.supervise();
      assertThat(store.signals).as("asks for another scan").hasValue(1);
      store.watcher.supervise();
      assertWatchesTheFreshStore();
    } finally {
      store.watcher.close();
      run("umount", store.root.resolve("overlay2").toString());
    }
  }

  @Test
  void lostEventsAreCountedAndTheWatchIsSetAnew() throws Exception {
    var release = new CountDownLatch(1);
    try (var slow = new WatchFixture(store.root, 4096, () -> awaitUninterruptibly(release))) {
      slow.watcher.start();
      slow.watcher.supervise();
      for (int file = 0; file < 17_000; file++) {
        Files.createFile(slow.root.resolve("containers/" + file));
      }
      slow.make(layer(1));
      release.countDown();
      eventually(() -> slow.watcher.overflows() == 1);
      assertThat(slow.watcher.up()).isFalse();
      slow.watcher.supervise();
      assertThat(slow.watcher.up()).isTrue();
      assertThat(slow.watched()).hasSize(13).containsAll(FRESH_WATCHED).contains(layer(1));
      assertThat(slow.lines()).containsExactly(WATCHING);
    }
  }

  @Test
  void anExceptionOfTheReceiverDoesNotEndTheWatch() throws IOException {
    try (var failing =
        new WatchFixture(
            store.root,
            4096,
            () -> {
              throw new IllegalStateException("receiver");
            })) {
      failing.watcher.start();
      failing.make("containers/a");
      eventually(() -> failing.signals.get() == 1);
      failing.make("containers/b");
      eventually(() -> failing.signals.get() == 2);
      assertThat(failing.watcher.up()).isTrue();
    }
  }

  @Test
  void anErrorOfTheReceiverEndsTheWatchUntilTheNextScan() throws IOException {
    var thrown = new AtomicBoolean();
    try (var failing =
        new WatchFixture(
            store.root,
            4096,
            () -> {
              if (!thrown.getAndSet(true)) {
                throw new AssertionError("receiver");
              }
            })) {
      failing.watcher.start();
      failing.watcher.supervise();
      failing.make("containers/a");
      eventually(() -> failing.signals.get() == 2);
      assertThat(failing.watcher.up()).isFalse();
      failing.watcher.supervise();
      assertThat(failing.watcher.up()).isTrue();
      assertThat(WatchFixture.threads()).isEqualTo(2);
    }
  }

  private void assertWatchesTheFreshStore() throws IOException {
    assertThat(store.watcher.up()).isTrue();
    assertThat(store.watched()).containsExactlyInAnyOrderElementsOf(FRESH_WATCHED);
    int seen = store.signals.get();
    store.make("containers/" + hex(seen));
    eventually(() -> store.signals.get() > seen);
  }

  private static void mount(Path directory) throws Exception {
    assumeTrue(
        run("mount", "-t", "tmpfs", "tmpfs", directory.toString()) == 0, "mounting is not allowed");
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
