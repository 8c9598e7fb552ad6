package io.github.dockerimageexporter.refresh.watch;

import static io.github.dockerimageexporter.refresh.watch.WatchFixture.FRESH_WATCHED;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A containerd whose root lies beside the data root is watched like the stores in that.
class StoreWatcherContainerdTest {
  private static final String META = "../ctrd/io.containerd.metadata.v1.bolt/meta.db";
  private static final String BLOBS = "../ctrd/io.containerd.content.v1.content/blobs/sha256";
  private static final String OVERLAYFS = "../ctrd/io.containerd.snapshotter.v1.overlayfs";
  private static final List<String> HOME_WATCHED =
      List.of(
          "../ctrd",
          "../ctrd/io.containerd.metadata.v1.bolt",
          "../ctrd/io.containerd.content.v1.content",
          "../ctrd/io.containerd.content.v1.content/blobs",
          BLOBS,
          OVERLAYFS,
          OVERLAYFS + "/snapshots",
          OVERLAYFS + "/snapshots/1");

  private WatchFixture store;
  private Path home;

  @BeforeEach
  void makeStores(@TempDir Path parent) throws IOException {
    home = parent.resolve("ctrd");
    store = fixture(parent, 4096);
    store.fresh();
    makeHome();
  }

  @AfterEach
  void close() {
    store.close();
    eventually(() -> WatchFixture.threads() == 0);
  }

  @Test
  void bothRootsAreWatched() throws IOException {
    store.watcher.start();
    assertWatchesBoth();
    assertThat(lines())
        .containsExactly(
            "msg=\"watching for changes\" data_root=ROOT containerd_root=HOME directories=19");
  }

  @Test
  void aDatabaseWrittenInPlaceIsSignalled() throws IOException {
    store.watcher.start();
    Files.writeString(store.root.resolve(META), "page", StandardOpenOption.WRITE);
    store.awaitSignal();
  }

  @Test
  void aBlobCutShortIsSignalled() throws IOException {
    store.write(BLOBS + "/blob", "content");
    store.watcher.start();
    store.write(BLOBS + "/blob", "");
    store.awaitSignal();
  }

  @Test
  void aSnapshotsLostFilesAreSignalled() throws IOException {
    store.watcher.start();
    store.delete(OVERLAYFS + "/snapshots/1/fs");
    store.awaitSignal();
  }

  @Test
  void aSnapshotThatComesIsSignalledAndWatched() throws IOException {
    store.watcher.start();
    store.make(OVERLAYFS + "/snapshots/new-1/fs");
    store.rename(OVERLAYFS + "/snapshots/new-1", OVERLAYFS + "/snapshots/2");
    store.awaitSignal();
    eventually(() -> watched().contains(OVERLAYFS + "/snapshots/2"));
  }

  @Test
  void aSnapshotterThatComesIsWatched() throws IOException {
    store.watcher.start();
    store.make("../ctrd/io.containerd.snapshotter.v1.native/snapshots/1");
    eventually(() -> watched().contains("../ctrd/io.containerd.snapshotter.v1.native/snapshots"));
    store.watcher.supervise();
    assertThat(store.watcher.up()).isTrue();
    assertThat(watched()).doesNotContain("../ctrd/io.containerd.snapshotter.v1.native/snapshots/1");
  }

  @Test
  void bothRootsShareTheLimit(@TempDir Path parent) throws IOException {
    store.close();
    home = parent.resolve("ctrd");
    store = fixture(parent, 18);
    store.fresh();
    makeHome();
    store.watcher.start();
    assertThat(store.watcher.up()).isTrue();
    assertThat(store.watcher.watchesLayers()).isFalse();
    assertThat(watched()).hasSize(18).doesNotContain(OVERLAYFS + "/snapshots/1");
  }

  @Test
  void aRootThatComesLaterIsWatched() throws IOException {
    store.delete("../ctrd");
    store.watcher.start();
    assertThat(store.watcher.up()).isFalse();
    assertThat(watched()).isEqualTo(new TreeSet<>(FRESH_WATCHED));
    makeHome();
    store.superviseUntil(store.watcher::up);
    assertWatchesBoth();
    assertThat(lines()).first().asString().endsWith("reason=\"HOME is gone\"");
  }

  @Test
  void aRootThatIsRemovedIsToldAndTheDataRootStaysWatched() throws IOException {
    store.watcher.start();
    store.delete("../ctrd");
    store.superviseUntil(() -> !store.watcher.up());
    store.signals.set(0);
    store.make("image/another");
    store.awaitSignal();
  }

  @Test
  void anotherRootInPlaceOfOneRenamedAwayIsWatched() throws IOException {
    store.watcher.start();
    store.rename("../ctrd", "../old");
    makeHome();
    store.superviseUntil(() -> store.watcher.up() && watched().containsAll(HOME_WATCHED));
    assertWatchesBoth();
  }

  @Test
  void aHostWithoutADataRootIsWatchedWhereContainerdIs() throws IOException {
    store.delete("");
    store.watcher.start();
    assertThat(store.watcher.up()).isTrue();
    assertThat(watched()).isEqualTo(new TreeSet<>(HOME_WATCHED));
    store.fresh();
    store.superviseUntil(() -> watched().containsAll(FRESH_WATCHED));
    assertWatchesBoth();
  }

  private WatchFixture fixture(Path parent, int limit) {
    var settings = new ContainerdSettings(Optional.of(home), List.of("moby"));
    return new WatchFixture(parent.resolve("docker"), settings, limit, () -> {});
  }

  private void makeHome() throws IOException {
    for (String directory : HOME_WATCHED) {
      Files.createDirectories(store.root.resolve(directory).normalize());
    }
    store.make(OVERLAYFS + "/snapshots/1/fs");
    store.write(META, "database");
  }

  private void assertWatchesBoth() throws IOException {
    assertThat(store.watcher.up()).isTrue();
    var both = new TreeSet<>(FRESH_WATCHED);
    both.addAll(HOME_WATCHED);
    assertThat(watched()).isEqualTo(both);
  }

  private Set<String> watched() throws IOException {
    try (Stream<Path> there = Files.walk(store.root.getParent())) {
      return store.watched(there.filter(Files::isDirectory).toList());
    }
  }

  private List<String> lines() {
    return store.lines().stream().map(line -> line.replace(home.toString(), "HOME")).toList();
  }
}
