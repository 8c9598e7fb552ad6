package io.github.dockerimageexporter.refresh.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedTreeTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "containers",
        "overlay2",
        "fuse-overlayfs",
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
    assertThat(WatchedTree.DATA_ROOT.at(Path.of(path)).map(WatchedTree::perObject)).contains(false);
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
    assertThat(WatchedTree.DATA_ROOT.at(Path.of(parent + HEX)).map(WatchedTree::perObject))
        .contains(true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "volumes",
        "tmp",
        "buildkit",
        "containers/" + "c",
        "overlay2/l",
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
    assertThat(WatchedTree.DATA_ROOT.at(Path.of(path))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/overlay2/layerdb/sha256/" + "%s-1a2b-removing",
        "image/x/layerdb/mounts/m-removing"
      })
  void layersUnderRemovalAreNotWatched(String path) {
    assertThat(WatchedTree.DATA_ROOT.at(Path.of(path.formatted(HEX)))).isEmpty();
  }
}
