package io.github.dockerimageexporter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.containerd.HomeSearch;
import io.github.dockerimageexporter.store.file.WatchedTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedRootsTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "containers",
        "overlay2",
        "fuse-overlayfs",
        "overlay2/l",
        "vfs",
        "vfs/dir",
        "btrfs",
        "btrfs/subvolumes",
        "image",
        "image/overlay2",
        "image/any-driver",
        "image/overlay2/imagedb",
        "image/overlay2/imagedb/content",
        "image/overlay2/imagedb/content/sha256",
        "image/overlay2/imagedb/metadata",
        "image/overlay2/imagedb/metadata/sha256",
        "image/overlay2/layerdb",
        "image/overlay2/layerdb/sha256",
        "image/overlay2/layerdb/mounts",
        "165536.165536",
        "165536.165536/containers",
        "165536.165536/image/overlay2/layerdb/sha256",
        "containerd/daemon/io.containerd.metadata.v1.bolt",
        "containerd/daemon/io.containerd.content.v1.content/blobs/sha256",
        "containerd/daemon/io.containerd.snapshotter.v1.overlayfs",
        "containerd/daemon/io.containerd.snapshotter.v1.overlayfs/snapshots",
        "165536.165536/containerd/daemon/io.containerd.metadata.v1.bolt",
      })
  void theStoresOwnDirectoriesAreWatched(String path) {
    assertThat(WatchedRoots.DATA_ROOT.at(Path.of(path)).map(WatchedTree::perObject))
        .contains(false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/overlay2/layerdb/sha256/",
        "image/overlay2/imagedb/metadata/sha256/",
        "image/overlay2/layerdb/mounts/",
        "165536.165536/image/overlay2/layerdb/sha256/",
      })
  void directoriesOfSingleObjectsAreToldApart(String parent) {
    assertThat(WatchedRoots.DATA_ROOT.at(Path.of(parent + HEX)).map(WatchedTree::perObject))
        .contains(true);
  }

  @Test
  void directoriesOfSnapshotsAreToldApart() {
    String home = "containerd/daemon/io.containerd.snapshotter.v1.%s/snapshots/12";
    assertThat(WatchedRoots.DATA_ROOT.at(Path.of(home.formatted("overlayfs"))))
        .map(WatchedTree::perObject)
        .contains(true);
    assertThat(WatchedRoots.DATA_ROOT.at(Path.of(home.formatted("native")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "volumes",
        "tmp",
        "buildkit",
        "containerd/daemon/io.containerd.content.v1.content/ingest",
        "containerd/daemon/io.containerd.runtime.v2.task",
        "containerd/daemon/io.containerd.snapshotter.v1.overlayfs/snapshots/new-1",
        "containers/" + "c",
        "overlay2/" + "d",
        "vfs/dir/" + "d",
        "vfs/other",
        "btrfs/quotas",
        "image/overlay2/distribution",
        "image/overlay2/layerdb/tmp",
        "image/overlay2/layerdb/tmp/write-set-1",
        "image/overlay2/layerdb/sha256/short",
        "image/overlay2/layerdb/mounts/m/deeper",
        "image/overlay2/imagedb/content/sha256/short",
        "1.1/1.1",
        "1.1.1",
      })
  void nothingElseIsWatched(String path) {
    assertThat(WatchedRoots.DATA_ROOT.at(Path.of(path))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/overlay2/layerdb/sha256/" + "%s-1a2b-removing",
        "image/x/layerdb/mounts/m-removing"
      })
  void layersUnderRemovalAreNotWatched(String path) {
    assertThat(WatchedRoots.DATA_ROOT.at(Path.of(path.formatted(HEX)))).isEmpty();
  }

  @Test
  void aContainerdOfTheDaemonsOwnIsWatchedWithTheDataRoot(@TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve("rootfs"));
    Files.createDirectories(root.resolve("containerd/daemon/io.containerd.content.v1.content"));
    assertThat(found(root, ContainerdSettings.DEFAULT)).containsExactly("data_root " + root);
    assertThat(found(root, given(root.resolve("containerd/daemon"))))
        .containsExactly("data_root " + root);
  }

  @Test
  void thePackagedContainerdIsWatchedIfTheDaemonHasUsedIt(@TempDir Path top) throws IOException {
    Path root = Files.createDirectories(top.resolve("docker"));
    Path home = top.resolve("var/lib/containerd");
    Files.createDirectories(home.resolve("io.containerd.metadata.v1.bolt"));
    var roots = new WatchedRoots(root, ContainerdSettings.DEFAULT, new HomeSearch(top));

    assertThat(names(roots)).containsExactly("data_root " + root);
    Files.createDirectories(root.resolve("buildkit/containerd-overlayfs"));
    assertThat(names(roots)).containsExactly("data_root " + root, "containerd_root " + home);
    assertThat(roots.find()).as("again").isEqualTo(roots.find());
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker/ctrd", "docker/containerd", "elsewhere"})
  void aContainerdElsewhereIsWatchedByItself(String place, @TempDir Path top) throws IOException {
    Path root = Files.createDirectories(top.resolve("docker"));
    Path home = top.resolve(place);
    assertThat(found(root, given(home)))
        .containsExactly("data_root " + root, "containerd_root " + home);
  }

  @Test
  void oneDirectoryThatIsBothIsWatchedAsBoth(@TempDir Path root) {
    var roots = new WatchedRoots(root, given(root));
    List<WatchedRoot> found = roots.find();

    assertThat(names(roots)).containsExactly("containerd_root " + root);
    assertThat(found.getFirst().tree().at(Path.of("image/overlay2"))).isPresent();
    assertThat(found.getFirst().tree().at(Path.of("io.containerd.metadata.v1.bolt"))).isPresent();
    assertThat(found).as("again").isEqualTo(roots.find());
  }

  @Test
  void anAbsentDataRootIsWantedUnlessContainerdsIsGiven(@TempDir Path top) {
    Path root = top.resolve("docker");
    assertThat(found(root, ContainerdSettings.DEFAULT)).containsExactly("data_root " + root);
    assertThat(found(root, given(top))).containsExactly("containerd_root " + top);
  }

  private static ContainerdSettings given(Path home) {
    return new ContainerdSettings(Optional.of(home), List.of("moby"));
  }

  private static List<String> found(Path root, ContainerdSettings settings) {
    return names(new WatchedRoots(root, settings));
  }

  private static List<String> names(WatchedRoots roots) {
    return roots.find().stream().map(root -> root.name() + " " + root.path()).toList();
  }
}
