package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Parts of a data root that are symbolic links to another disk, as hosts with a small root disk
/// have them: what is seen through them is what was seen without.
class LinkedPartsTest {
  private static final int USER = 1000;

  @TempDir private Path directory;
  private Path root;
  private Path disk;
  private ImageId image;

  @BeforeEach
  void sampleStore() throws IOException {
    root = directory.resolve("root");
    disk = Files.createDirectory(directory.resolve("disk"));
    var store = new SampleStore(root);
    image = store.image("app:1", "base", "app");
    store.container("web", image);
    Files.createFile(Files.createDirectories(root.resolve("buildkit")).resolve("cache.db"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image",
        "image/overlay2",
        "image/overlay2/imagedb",
        "image/overlay2/imagedb/content",
        "image/overlay2/imagedb/content/sha256",
        "image/overlay2/layerdb",
        "image/overlay2/layerdb/sha256",
        "image/overlay2/layerdb/mounts",
        "image/overlay2/repositories.json",
        "containers",
        "buildkit",
        "overlay2",
        "overlay2 image containers",
        "image/overlay2/layerdb/sha256 image/overlay2/layerdb image/overlay2 image overlay2",
      })
  void aLinkChangesNothing(String parts) throws IOException {
    Observation before = settled();

    for (String part : parts.split(" ", -1)) {
      link(part);
    }

    Observation after = scan();
    assertThat(after.state()).isEqualTo(DataRootState.GRAPHDRIVER);
    assertThat(after.stores()).extracting(one -> one.store()).isEqualTo(stores(before));
    assertThat(after.stores().getFirst().report().findings()).isEmpty();
    assertThat(after.stores().getFirst().usages()).isEqualTo(before.stores().getFirst().usages());
    assertThat(after.stores().getFirst().usages()).hasSize(5);
  }

  @Test
  void vfsIsFollowedOneLevelDeeper() throws IOException {
    new SampleStore(root, "vfs").image("other:1", "other");
    Observation before = settled();

    link("vfs/dir");
    link("vfs");

    Observation after = scan();
    assertThat(after.stores()).extracting(one -> one.store()).isEqualTo(stores(before));
    assertThat(after.stores().getLast().usages()).isEqualTo(before.stores().getLast().usages());
  }

  @Test
  void aDiskThatIsNotMountedIsUnreadableAndItsLinkNamed() throws IOException {
    link("image/overlay2/layerdb");
    link("overlay2");
    Files.move(disk, directory.resolve("unmounted"));
    Files.createDirectory(disk);

    Observation seen = scan();

    assertThat(seen.stores().getFirst().report().findings()).isEmpty();
    String complaint = " which does not exist: is its disk mounted?";
    Map<String, String> reasons = seen.stores().getFirst().store().unreadable().reasons();
    assertThat(reasons)
        .containsOnlyKeys(
            "image/overlay2/layerdb/sha256",
            "image/overlay2/layerdb/mounts",
            "image/overlay2/layerdb/tmp",
            "overlay2")
        .containsEntry(
            "image/overlay2/layerdb/sha256",
            "%s/image/overlay2/layerdb is a symbolic link to %s/image_overlay2_layerdb,"
                    .formatted(root, disk)
                + complaint);
  }

  @Test
  void aRootWhoseImagesAreOnADiskThatIsNotMountedIsUnreadable() throws IOException {
    link("image");
    Files.move(disk.resolve("image"), directory.resolve("unmounted"));

    assertThat(scan())
        .extracting(Observation::state, Observation::detail)
        .containsExactly(
            DataRootState.UNREADABLE,
            "%s/image is a symbolic link to %s/image, which does not exist: is its disk mounted?"
                .formatted(root, disk));

    Files.createDirectory(disk.resolve("image"));

    assertThat(scan())
        .extracting(Observation::state, Observation::detail)
        .containsExactly(
            DataRootState.UNREADABLE,
            "%s/image is a symbolic link to %s/image, which is empty: is its disk mounted?"
                .formatted(root, disk));
  }

  /// A user's data root, read by root: each list is made to lead to what only root may see.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "image/overlay2/repositories.json",
        "image/overlay2/imagedb/content/sha256",
        "image/overlay2/layerdb/sha256",
        "image/overlay2/layerdb/mounts",
        "containers",
        "overlay2",
      })
  @Requires(Requirement.ROOT)
  void aUsersLinkDoesNotLeadOutOfHisTree(String part) throws IOException, InterruptedException {
    Path secret = Files.createDirectory(directory.resolve("secret"));
    Files.move(root.resolve(part), secret.resolve("part"));
    Files.createSymbolicLink(root.resolve(part), secret.resolve("part"));
    Program.of("chown", "--recursive", "--no-dereference", USER + ":" + USER, root.toString())
        .run();

    Observation seen = scan();

    assertThat(seen.stores().getFirst().report().findings()).isEmpty();
    assertThat(seen.stores().getFirst().store().unreadable().reasons())
        .containsEntry(
            part,
            "%s/%s is a symbolic link to %s/part, which is not followed: "
                    .formatted(root, part, secret)
                + "the link belongs to user 1000, its target to user 0");
  }

  @Test
  @Requires(Requirement.ROOT)
  void aUsersLinkIsFollowedInHisTree() throws IOException, InterruptedException {
    for (String part : List.of("image", "overlay2")) {
      link(part);
    }
    for (Path tree : List.of(root, disk)) {
      Program.of("chown", "--recursive", "--no-dereference", USER + ":" + USER, tree.toString())
          .run();
    }

    Observation seen = scan();

    assertThat(seen.stores().getFirst().store().images()).containsOnlyKeys(image);
    assertThat(seen.stores().getFirst().store().unreadable().reasons()).isEmpty();
    assertThat(seen.stores().getFirst().usages()).hasSize(5);
    assertThat(Files.getAttribute(root.resolve("image"), "unix:uid", LinkOption.NOFOLLOW_LINKS))
        .isEqualTo(USER);
  }

  @Test
  void aScanBehindALinkSeesWhatChanges() throws IOException {
    link("image");
    var scanner = scanner();
    scanner.scan(Freshness.EVERY_FILE);

    new SampleStore(root).image("late:1", "base", "late");

    assertThat(scanner.scan(Freshness.EVERY_FILE).stores().getFirst().store().images()).hasSize(2);
  }

  /// The first that is like the one before: no file's last change is too young to tell another by.
  private Observation settled() {
    return await().until(this::scan, seen -> stores(seen).equals(stores(scan())));
  }

  private Observation scan() {
    try {
      return scanner().scanAndMeasure(1);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private StoreScanner scanner() {
    return new StoreScanner(root, Duration.ZERO, Duration.ofHours(1), InstantSource.system());
  }

  private static List<?> stores(Observation seen) {
    return seen.stores().stream().map(ObservedStore::store).toList();
  }

  private void link(String part) throws IOException {
    Path elsewhere = disk.resolve(part.replace('/', '_'));
    Files.move(root.resolve(part), elsewhere);
    Files.createSymbolicLink(root.resolve(part), elsewhere);
  }
}
