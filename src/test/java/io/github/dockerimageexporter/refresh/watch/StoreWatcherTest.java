package io.github.dockerimageexporter.refresh.watch;

import static io.github.dockerimageexporter.refresh.watch.WatchFixture.METADATA;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.MOUNTS;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.eventually;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.freshWith;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.hex;
import static io.github.dockerimageexporter.refresh.watch.WatchFixture.layer;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is watched in a store, and which changes signal.
class StoreWatcherTest {

  private WatchFixture store;

  @BeforeEach
  void makeStore(@TempDir Path directory) throws IOException {
    store = new WatchFixture(Files.createDirectory(directory.resolve("root")), 4096);
    store.fresh();
    store.objects();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void watchesExactlyTheStoresDirectoriesAndItsObjects() throws IOException {
    store.make("overlay2/" + hex(1) + "/diff");
    store.make("containers/" + hex(1));
    store.make("image/overlay2/distribution/v2metadata-by-diffid/sha256");
    store.make("image/overlay2/layerdb/tmp/write-set-1");
    store.make(layer(3) + "-1a2b-removing");
    store.make("volumes/v");
    store.watcher.start();
    assertThat(store.watched())
        .isEqualTo(
            freshWith(
                "image/overlay2/layerdb/sha256",
                "image/overlay2/layerdb/mounts",
                layer(1),
                METADATA + hex(2),
                MOUNTS + "m"));
    assertThat(store.watcher.up()).isTrue();
    assertThat(store.watcher.watchesLayers()).isTrue();
  }

  @Test
  void watchesARemappedRootLikeTheRootItself() throws IOException {
    store.delete("image");
    store.make("1000.1000/image/vfs/layerdb");
    store.make("1000.1000/vfs/dir/" + hex(1));
    store.watcher.start();
    assertThat(store.watched())
        .containsExactlyInAnyOrder(
            "",
            "containers",
            "overlay2",
            "1000.1000",
            "1000.1000/image",
            "1000.1000/image/vfs",
            "1000.1000/image/vfs/layerdb",
            "1000.1000/vfs",
            "1000.1000/vfs/dir");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "entry",
        "containers/c",
        "overlay2/d",
        "image/btrfs",
        "image/overlay2/entry",
        "image/overlay2/imagedb/entry",
        "image/overlay2/imagedb/content/entry",
        "image/overlay2/imagedb/content/sha256/i",
        "image/overlay2/imagedb/metadata/entry",
        "image/overlay2/imagedb/metadata/sha256/i",
        "image/overlay2/layerdb/entry",
        "image/overlay2/layerdb/mounts/n",
        "image/overlay2/layerdb/mounts/m/mount-id",
        "image/overlay2/layerdb/sha256/l",
      })
  void aNewEntryAndItsRemovalSignal(String path) throws IOException {
    store.watcher.start();
    store.make(path);
    eventually(() -> store.signals.get() == 1);
    store.delete(path);
    eventually(() -> store.signals.get() == 2);
  }

  @Test
  void anEditInPlaceOfALayersFileSignals() throws IOException {
    store.watcher.start();
    store.write(layer(1) + "/diff", "sha256:" + hex(9));
    store.awaitSignal();
  }

  @Test
  void aReferenceFileWrittenByRenameSignals() throws IOException {
    store.watcher.start();
    store.write("image/overlay2/.tmp-repositories.json1", "{}");
    Files.delete(store.root.resolve("image/overlay2/repositories.json"));
    eventually(() -> store.signals.get() == 1);
    store.rename("image/overlay2/.tmp-repositories.json1", "image/overlay2/repositories.json");
    eventually(() -> store.signals.get() == 2);
  }

  @Test
  void aLayerThatComesByRenameSignalsAndIsWatched() throws IOException {
    store.make("image/overlay2/layerdb/tmp/write-set-1");
    store.write("image/overlay2/layerdb/tmp/write-set-1/diff", "x");
    store.watcher.start();
    store.rename("image/overlay2/layerdb/tmp/write-set-1", layer(5));
    eventually(() -> store.signals.get() == 1);
    assertThat(store.watched()).contains(layer(5));
    store.write(layer(5) + "/diff", "y");
    eventually(() -> store.signals.get() > 1);
  }

  @Test
  void directoriesMadeByTheFirstImageAreWatched() throws IOException {
    store.delete("image/overlay2/layerdb/sha256");
    store.delete("image/overlay2/layerdb/mounts");
    store.watcher.start();
    store.make(layer(7));
    store.make(MOUNTS + "n");
    eventually(() -> store.watched().containsAll(Set.of(layer(7), MOUNTS + "n")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/overlay2/layerdb/tmp/write-set-1/diff",
        "image/overlay2/distribution/diffid-by-digest/d",
        "image/overlay2/.tmp-repositories.json7",
        "image/overlay2/imagedb/content/sha256/.tmp-i7",
        "image/overlay2/layerdb/sha256/l-1a2b-removing",
        "overlay2/d/diff/f",
        "containers/c/c-json.log",
        "volumes/v/f",
      })
  void whatTellsNothingDoesNotSignal(String path) throws IOException {
    Path file = store.root.resolve(path);
    Files.createDirectories(file.getParent());
    store.watcher.start();
    Files.writeString(file, "x");
    Files.writeString(file, "y");
    Files.delete(file);
    assertOnlyTheSentinelSignals();
  }

  @Test
  void whatHappensInALayerUnderRemovalDoesNotSignal() throws IOException {
    store.watcher.start();
    store.rename(layer(1), layer(1) + "-1a2b-removing");
    eventually(() -> store.signals.get() == 1);
    store.signals.set(0);
    store.delete(layer(1) + "-1a2b-removing");
    assertOnlyTheSentinelSignals();
  }

  @Test
  void countsEveryEvent() throws IOException {
    store.watcher.start();
    Files.createFile(store.root.resolve("image/overlay2/.tmp-a"));
    eventually(() -> store.watcher.events() == 1);
    assertThat(store.signals).hasValue(0);
  }

  @Test
  void noThreadAndNoWatchIsLeftAfterClose() throws IOException {
    store.watcher.start();
    assertThat(WatchFixture.threads()).isEqualTo(2);
    store.watcher.close();
    eventually(() -> WatchFixture.threads() == 0);
    assertThat(WatchFixture.watchedInodes()).isEmpty();
    store.watcher.supervise();
    assertThat(store.watcher.up()).isFalse();
  }

  @Test
  void tellsOnceThatItWatches() {
    store.watcher.start();
    store.watcher.supervise();
    store.watcher.supervise();
    assertThat(store.lines())
        .containsExactly("msg=\"watching for changes\" data_root=ROOT directories=16");
  }

  private void assertOnlyTheSentinelSignals() throws IOException {
    assertThat(store.signals).hasValue(0);
    Files.createDirectory(store.root.resolve("image/sentinel"));
    store.awaitSignal();
    assertThat(store.signals).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image", "image/overlay2", "image/overlay2/layerdb", "containers"})
  void whatIsBehindALinkIsWatched(String part) throws IOException {
    link(part, "elsewhere");
    store.watcher.start();
    assertThat(store.watcher.up()).isTrue();

    store.make(part.equals("containers") ? "containers/" + hex(9) : layer(9));

    store.awaitSignal();
  }

  @Test
  void anEditInPlaceBehindALinkSignals() throws IOException {
    link("image", "elsewhere");
    store.watcher.start();
    store.signals.set(0);

    store.write(layer(1) + "/diff", "sha256:" + hex(2));

    store.awaitSignal();
  }

  @Test
  void aLinkThatIsChangedIsFollowedAnew() throws IOException {
    link("image", "elsewhere");
    store.watcher.start();
    Files.move(store.root.resolveSibling("elsewhere"), store.root.resolveSibling("further"));
    Files.delete(store.root.resolve("image"));
    Files.createSymbolicLink(store.root.resolve("image"), store.root.resolveSibling("further"));
    store.superviseUntil(() -> store.lines().stream().anyMatch(line -> line.contains("replaced")));
    store.superviseUntil(store.watcher::up);
    store.signals.set(0);

    store.make(layer(9));

    store.awaitSignal();
  }

  @Test
  void aLinkToADiskThatIsNotMountedYetIsFollowedOnceItIs() throws IOException {
    link("image", "elsewhere");
    Files.move(store.root.resolveSibling("elsewhere"), store.root.resolveSibling("unmounted"));
    store.watcher.start();
    Files.move(store.root.resolveSibling("unmounted"), store.root.resolveSibling("elsewhere"));
    store.superviseUntil(store.watcher::watchesLayers);
    store.superviseUntil(() -> WatchFixture.watchedInodes().contains(inodeOf(layer(1))));
    store.signals.set(0);

    store.write(layer(1) + "/diff", "sha256:" + hex(2));

    store.awaitSignal();
  }

  private long inodeOf(String path) throws IOException {
    return WatchFixture.inode(store.root.resolve(path));
  }

  private void link(String part, String target) throws IOException {
    Path elsewhere = store.root.resolveSibling(target);
    Files.move(store.root.resolve(part), elsewhere);
    Files.createSymbolicLink(store.root.resolve(part), elsewhere);
  }
}
