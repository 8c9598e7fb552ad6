package io.github.dockerimageexporter.check.graphdriver;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.CheckedStore;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.ChainConsistency;
import io.github.dockerimageexporter.snapshot.StorePart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// A store with images and a container, whose content is gone at once: the disk that belongs in
/// the driver's directory is not mounted. Nothing is too young to be waste.
@ParameterizedClass
@ValueSource(strings = {"overlay2", "fuse-overlayfs", "vfs", "btrfs"})
class EmptyDriverDirectoryTest {
  private static final String HEX = Digest.of("unknown").hex();

  private final String driver;

  @TempDir private Path dataRoot;
  private SampleStore store;
  private CheckedStore checked;
  private Path home;
  private ImageId app;
  private ImageId other;
  private List<ImageId> images;

  EmptyDriverDirectoryTest(String driver) {
    this.driver = driver;
  }

  @BeforeEach
  void storeWithoutContent() throws IOException {
    store = new SampleStore(dataRoot, driver);
    checked = new CheckedStore(store);
    app = store.image("app:1", "base", "app");
    other = store.image("other:1", "other");
    images = Stream.of(app, other).sorted().toList();
    store.image("empty:1");
    store.container("web", app);
    home = dataRoot.resolve(driver);
    CheckedStore.delete(home);
    Files.createDirectory(home);
  }

  @Test
  void isOneProblemOfAllImagesWithLayers() {
    assertThat(checked.findingsWithoutGrace()).containsExactly(empty());
  }

  @Test
  void makesEveryLayerInconsistent() {
    ChainConsistency consistency = checked.consistency();

    assertThat(consistency.inconsistentLayers())
        .containsExactlyInAnyOrder(chainId("base"), chainId("base", "app"), chainId("other"));
    assertThat(consistency.inconsistentImages()).containsExactlyInAnyOrderElementsOf(images);
  }

  @Test
  void isEmptyWithWhatADaemonAndAFileSystemMakeInIt() throws IOException {
    Files.createDirectories(directories().resolve("l"));
    Files.createDirectory(directories().resolve("lost+found"));
    Files.createFile(home.resolve("backingFsBlockDev"));

    assertThat(checked.findingsWithoutGrace()).containsExactly(empty());
  }

  @Test
  void isEmptyWithTheShortNamesOfWhatWasDeleted() throws IOException {
    Files.createDirectories(directories().resolve("l"));
    Files.createSymbolicLink(
        directories().resolve("l/ABCDEFGHIJKLMNOPQRSTUVWXYZ"), Path.of("../" + HEX + "/diff"));

    assertThat(checked.findingsWithoutGrace()).containsExactly(empty());
  }

  @Test
  void leavesALayerThatNothingUsesUnsaid() throws IOException {
    store.untag("other:1");
    Files.delete(store.config(other));

    assertThat(checked.findingsWithoutGrace())
        .containsExactly(new Finding(new Problem.DriverDirectoryEmpty(driver), List.of(app)));
  }

  @Test
  void withOneDirectoryLeftEachLostLayerIsAProblem() throws IOException {
    Files.createDirectories(directories().resolve(HEX));

    assertThat(checked.findings())
        .extracting(finding -> finding.problem().kind())
        .containsOnly(Kind.LAYER_DIRECTORY_MISSING, Kind.MOUNT_INVALID);
  }

  @Test
  void ofAStoreWithoutLayersIsNoProblem() throws IOException {
    for (ChainId layer : List.of(chainId("base", "app"), chainId("base"), chainId("other"))) {
      CheckedStore.delete(store.layer(layer));
    }

    assertThat(checked.findings())
        .extracting(finding -> finding.problem().kind())
        .doesNotContain(Kind.DRIVER_DIRECTORY_EMPTY);
  }

  @Test
  void isKnownToHaveNothing() {
    assertThat(checked.read().knows(StorePart.DIRECTORIES)).isTrue();
    assertThat(checked.read().unreadable().reasons()).isEmpty();
  }

  @Test
  void thatIsNotThereIsUnknown() throws IOException {
    Files.delete(home);

    assertThat(checked.findingsWithoutGrace()).isEmpty();
    assertThat(checked.read().knows(StorePart.DIRECTORIES)).isFalse();
  }

  private Finding empty() {
    return new Finding(new Problem.DriverDirectoryEmpty(driver), images);
  }

  /// Where the driver keeps one directory for each layer.
  private Path directories() {
    return switch (driver) {
      case "vfs" -> home.resolve("dir");
      case "btrfs" -> home.resolve("subvolumes");
      default -> home;
    };
  }
}
