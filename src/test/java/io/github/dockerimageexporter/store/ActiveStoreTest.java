package io.github.dockerimageexporter.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Data roots with the traces that daemons leave when they start, of dockerd 20.10 to 29: the times
/// are those of the last start and of an earlier one.
class ActiveStoreTest {
  private static final Instant EARLIER = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant LAST = Instant.parse("2026-02-01T12:00:00Z");
  private static final Instant SINCE = LAST.plusMillis(30);

  @TempDir private Path dataRoot;

  @BeforeEach
  void lastStart() throws IOException {
    touch("runtimes", LAST);
    touch("volumes/backingFsBlockDev", LAST.plusMillis(8));
  }

  @Test
  void theOnlyStoreIsInUse() throws IOException {
    store("overlay2", EARLIER);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.IN_USE));
  }

  @Test
  void ofTwoDriversTheOneThatStartedLastIsInUse() throws IOException {
    store("overlay2", EARLIER);
    store("vfs", SINCE);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.LEFT_BEHIND, "vfs", StoreUse.IN_USE));
  }

  @Test
  void ofTwoDriversTheOneWhoseContainersWereLoadedIsInUse() throws IOException {
    store("btrfs", EARLIER);
    store("vfs", EARLIER);
    container("a", "vfs", EARLIER);
    container("b", "btrfs", SINCE);

    assertThat(uses()).isEqualTo(Map.of("btrfs", StoreUse.IN_USE, "vfs", StoreUse.LEFT_BEHIND));
  }

  @Test
  void ofTwoDriversWithoutATraceNothingIsSaid() throws IOException {
    store("btrfs", EARLIER);
    store("vfs", EARLIER);

    assertThat(uses()).isEqualTo(Map.of("btrfs", StoreUse.UNKNOWN, "vfs", StoreUse.UNKNOWN));
  }

  @Test
  void ofTwoDriversThatBothWereTouchedNothingIsSaid() throws IOException {
    store("overlay2", SINCE);
    store("vfs", SINCE);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.UNKNOWN, "vfs", StoreUse.UNKNOWN));
  }

  @Test
  void aReloadOfTheConfigurationIsNoStart() throws IOException {
    store("overlay2", EARLIER);
    store("vfs", SINCE);
    touch("runtimes", LAST.plusSeconds(3600));

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.LEFT_BEHIND, "vfs", StoreUse.IN_USE));
  }

  @Test
  void aStoreThatEngine29LeftForContainerdIsLeftBehind() throws IOException {
    store("overlay2", EARLIER);
    touch("buildkit/snapshots.db", EARLIER);
    touch("image/identity-cache.db", SINCE);
    touch("buildkit/containerd-overlayfs/metadata_v2.db", SINCE);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.LEFT_BEHIND));
  }

  @Test
  void aStoreThatEngine29ReturnedToIsInUse() throws IOException {
    store("overlay2", SINCE);
    touch("image/identity-cache.db", EARLIER);
    touch("buildkit/snapshots.db", SINCE);
    touch("buildkit/containerd-overlayfs/metadata_v2.db", EARLIER);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.IN_USE));
  }

  @Test
  void deletingFromAStoreLeftForContainerdDoesNotBringItBack() throws IOException {
    store("overlay2", SINCE.plusSeconds(3600));
    touch("buildkit/snapshots.db", EARLIER);
    touch("image/identity-cache.db", SINCE);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.LEFT_BEHIND));
  }

  @Test
  void withoutIdentityCacheBuildKitsDatabaseOfTheLastStartTellsOfAGraphDriver() throws IOException {
    store("overlay2", EARLIER);
    touch("buildkit/snapshots.db", SINCE);
    touch("buildkit/containerd-overlayfs/metadata_v2.db", EARLIER);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.IN_USE));
  }

  @Test
  void withoutIdentityCacheTheLoadedContainersTellOfContainerd() throws IOException {
    store("overlay2", EARLIER);
    touch("buildkit/snapshots.db", EARLIER);
    touch("buildkit/containerd-native/metadata_v2.db", SINCE);
    container("old", "overlay2", EARLIER);
    container("new", "native", SINCE);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.LEFT_BEHIND));
  }

  @Test
  void aNameOfBothADriverAndASnapshotterTellsNothing() throws IOException {
    store("btrfs", EARLIER);
    touch("buildkit/containerd-btrfs/metadata_v2.db", SINCE);
    container("new", "btrfs", SINCE);

    assertThat(uses()).isEqualTo(Map.of("btrfs", StoreUse.UNKNOWN));
  }

  @Test
  void aDriverThatHasNotStartedSinceIsLeftBehindBesideTracesOfContainerd() throws IOException {
    store("overlay2", EARLIER);
    touch("buildkit/snapshots.db", EARLIER);
    touch("rootfs/overlayfs", EARLIER);
    container("old", "overlay2", EARLIER);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.LEFT_BEHIND));
  }

  @Test
  void whereNoStartIsCertainTracesOfContainerdSayNothing() throws IOException {
    store("overlay2", EARLIER);
    touch("rootfs/overlayfs", EARLIER);
    Files.delete(dataRoot.resolve("volumes/backingFsBlockDev"));

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.UNKNOWN));
  }

  @Test
  void aDriverThatLeavesNoTraceOfItsStartMayBeInUseBesideTracesOfContainerd() throws IOException {
    store("btrfs", EARLIER);
    touch("rootfs/overlayfs", EARLIER);

    assertThat(uses()).isEqualTo(Map.of("btrfs", StoreUse.UNKNOWN));
  }

  @Test
  void theContentOfBuildKitsCacheOfTheLastStartTellsOfAGraphDriver() throws IOException {
    store("overlay2", EARLIER);
    containerdStore(EARLIER);
    touch("buildkit/containerdmeta.db", SINCE);

    assertThat(uses())
        .isEqualTo(Map.of("overlay2", StoreUse.IN_USE, "overlayfs", StoreUse.LEFT_BEHIND));
  }

  @Test
  void aDriverThatStartedLastLeavesContainerdsStoreBehind() throws IOException {
    store("overlay2", SINCE);
    containerdStore(EARLIER);
    container("new", "overlay2", SINCE);

    assertThat(uses())
        .isEqualTo(Map.of("overlay2", StoreUse.IN_USE, "overlayfs", StoreUse.LEFT_BEHIND));
  }

  @Test
  void aTouchedDriverBesideALoadedContainerOfContainerdSaysNothing() throws IOException {
    store("overlay2", SINCE);
    containerdStore(EARLIER);
    container("new", "overlayfs", SINCE);

    assertThat(uses())
        .isEqualTo(Map.of("overlay2", StoreUse.UNKNOWN, "overlayfs", StoreUse.UNKNOWN));
  }

  @Test
  void aLoadedContainerOfContainerdTellsOfItsStore() throws IOException {
    store("overlay2", EARLIER);
    containerdStore(EARLIER);
    container("new", "overlayfs", SINCE);

    assertThat(uses())
        .isEqualTo(Map.of("overlay2", StoreUse.LEFT_BEHIND, "overlayfs", StoreUse.IN_USE));
  }

  @Test
  void ofTwoDriversAndContainerdTheDriverThatStartedLastIsInUse() throws IOException {
    store("overlay2", SINCE);
    store("vfs", EARLIER);
    containerdStore(EARLIER);

    assertThat(uses())
        .isEqualTo(
            Map.of(
                "overlay2",
                StoreUse.IN_USE,
                "vfs",
                StoreUse.LEFT_BEHIND,
                "overlayfs",
                StoreUse.LEFT_BEHIND));
  }

  @Test
  void manifestsThatAGraphDriversDaemonKeepsAreNoTraceOfContainerd() throws IOException {
    store("overlay2", EARLIER);
    touch("containerd/daemon/io.containerd.content.v1.content/blobs/sha256/manifest", SINCE);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.IN_USE));
  }

  @Test
  void vfsLeftForContainerdIsLeftBehindBesideADriverInUse() throws IOException {
    store("vfs", EARLIER);
    store("overlay2", SINCE);
    touch("image/identity-cache.db", EARLIER);
    touch("buildkit/snapshots.db", SINCE);

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.IN_USE, "vfs", StoreUse.LEFT_BEHIND));
  }

  @Test
  void aRootLeftForARemappedOneIsLeftBehind() throws IOException {
    store("overlay2", EARLIER);
    store(new GraphDriverLayout("165536.165536/", "overlay2"), SINCE);
    touch("165536.165536/runtimes", LAST.plusSeconds(60));

    assertThat(uses())
        .isEqualTo(
            Map.of("overlay2", StoreUse.LEFT_BEHIND, "165536.165536/overlay2", StoreUse.IN_USE));
  }

  @Test
  void aRemappedRootWithoutATraceOfAStartLeavesItOpen() throws IOException {
    store("overlay2", SINCE);
    store(new GraphDriverLayout("165536.165536/", "overlay2"), SINCE);

    assertThat(uses())
        .isEqualTo(
            Map.of("overlay2", StoreUse.UNKNOWN, "165536.165536/overlay2", StoreUse.UNKNOWN));
  }

  @Test
  void anEmptyRemappedRootIsNoDoubt() throws IOException {
    store("overlay2", SINCE);
    Files.createDirectory(dataRoot.resolve("165536.165536"));

    assertThat(uses()).isEqualTo(Map.of("overlay2", StoreUse.IN_USE));
  }

  private void store(String driver, Instant touched) throws IOException {
    store(new GraphDriverLayout("", driver), touched);
  }

  private void store(GraphDriverLayout layout, Instant touched) throws IOException {
    new SampleStore(dataRoot, layout);
    touch(layout.driverHome(), touched);
  }

  /// What a containerd of the daemon's own leaves before the first image.
  private void containerdStore(Instant touched) throws IOException {
    touch("containerd/daemon/io.containerd.grpc.v1.introspection/uuid", touched);
    touch("buildkit/containerd-overlayfs/metadata_v2.db", touched);
  }

  private void container(String id, String driver, Instant written) throws IOException {
    String config = "containers/" + id + "/config.v2.json";
    touch(config, written);
    Files.writeString(dataRoot.resolve(config), "{\"Driver\":\"" + driver + "\"}");
    touch(config, written);
  }

  /// Sets the time of a file or directory; makes a file of what is not there.
  private void touch(String path, Instant modified) throws IOException {
    Path file = dataRoot.resolve(path);
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private Map<String, StoreUse> uses() {
    return new StoreReader(dataRoot)
        .read(Freshness.EVERY_FILE).stores().stream()
            .collect(Collectors.toMap(StoreSnapshot::driver, StoreSnapshot::use));
  }
}
