package io.github.dockerimageexporter.check;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.graphdriver.Checking;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A record that cannot be understood leaves open what it could own, and says so; all else is
/// checked as ever. Each test has one orphan of each kind of name, long past any grace.
class CompletenessTest {
  private static final String ORPHAN = Digest.of("orphan").hex();
  private static final String BUILD_ORPHAN = "k0mhz3dpnd0d2k8q9v2x5y1ab";
  private static final String CONTAINER = Digest.of("container").hex();

  @TempDir private Path dataRoot;
  private SampleStore store;
  private ImageId app;

  @BeforeEach
  void storeWithOrphans() throws IOException {
    store = new SampleStore(dataRoot);
    app = store.image("app:1", "base", "app");
    BoltFixture.write(dataRoot.resolve("buildkit/snapshots.db"), new BoltTree.Bucket());
    Files.createDirectories(dataRoot.resolve("overlay2/" + ORPHAN + "/diff"));
    Files.createDirectories(dataRoot.resolve("overlay2/" + BUILD_ORPHAN + "/diff"));
  }

  @Test
  void nothingIsOpenWhereAllIsUnderstood() {
    assertThat(kinds()).containsExactly(Kind.ORPHAN_DIRECTORY, Kind.ORPHAN_DIRECTORY);
    assertThat(incompleteKinds()).isEmpty();
    assertThat(read().unreadable().reasons()).isEmpty();
  }

  @Test
  void aMountedImageIsAMountWhateverItsNameIsMadeOf() throws IOException {
    Path mount = nested("registry:5000", "team", "app:1");
    write(mount.resolve("mount-id"), ORPHAN);
    write(mount.resolve("parent"), chainId("base").toString());

    assertThat(read().mounts()).containsOnlyKeys(CONTAINER + "-registry:5000/team/app:1");
    assertThat(paths()).containsExactly("overlay2/" + BUILD_ORPHAN);
    assertThat(incompleteKinds()).isEmpty();
  }

  @Test
  void theChainOfAMountedImageIsInUse() throws IOException {
    ImageId gone = store.image("gone:1", "base", "gone");
    Path mount = nested("team", "gone:1");
    write(mount.resolve("mount-id"), ORPHAN);
    write(mount.resolve("parent"), chainId("base", "gone").toString());
    store.untag("gone:1");
    Files.delete(store.config(gone));

    assertThat(kinds()).containsExactly(Kind.ORPHAN_DIRECTORY);
  }

  @Test
  void whatAMountedImageLeavesHidesNothing() throws IOException {
    nested("registry:5000", "team");

    assertThat(kinds()).containsExactly(Kind.ORPHAN_DIRECTORY, Kind.ORPHAN_DIRECTORY);
    assertThat(incompleteKinds()).isEmpty();
    assertThat(read().unreadable().reasons()).isEmpty();
  }

  @Test
  void aMountBesideANestedOneIsReadToo() throws IOException {
    Path outer = nested("team");
    write(outer.resolve("mount-id"), ORPHAN);
    Path inner = Files.createDirectory(outer.resolve("app:1"));
    write(inner.resolve("mount-id"), Digest.of("other").hex());

    assertThat(read().mounts()).containsOnlyKeys(CONTAINER + "-team", CONTAINER + "-team/app:1");
  }

  @Test
  void aMountThatAppearsInANestIsSeenByTheNextScan() throws IOException {
    Path outer = nested("team");
    var reader = new StoreReader(dataRoot);
    reader.read(Freshness.EVERY_FILE);
    write(Files.createDirectory(outer.resolve("app:1")).resolve("mount-id"), ORPHAN);

    var next = (GraphDriverSnapshot) reader.read(Freshness.EVERY_FILE).stores().getFirst();
    assertThat(next.mounts()).containsOnlyKeys(CONTAINER + "-team/app:1");
  }

  @Test
  void aMountThatDoesNotTellItsDirectoryLeavesOnlyThoseOfItsKindOpen() throws IOException {
    write(nested("team").resolve("mount-id"), "");

    assertThat(paths()).containsExactly("overlay2/" + BUILD_ORPHAN);
    assertThat(incompleteKinds()).contains(Kind.ORPHAN_DIRECTORY);
    assertThat(report().isCertain(Kind.ORPHAN_DIRECTORY)).isTrue(); // one was found
    assertThat(read().unreadable().reasons())
        .containsOnlyKeys("image/overlay2/layerdb/mounts/" + CONTAINER + "-team/mount-id");
  }

  @Test
  void theInitLayerTellsTheDirectoryToo() throws IOException {
    Path mount = nested("team");
    write(mount.resolve("mount-id"), "");
    write(mount.resolve("init-id"), ORPHAN + "-init");

    assertThat(paths()).containsExactly("overlay2/" + BUILD_ORPHAN);
    assertThat(report().isCertain(Kind.ORPHAN_DIRECTORY)).isTrue();
    assertThat(read().unreadable().reasons()).isEmpty();
  }

  @Test
  void aMountThatDoesNotTellItsChainLeavesUnusedLayersOpen() throws IOException {
    ImageId gone = store.image("gone:1", "base", "gone");
    store.untag("gone:1");
    Files.delete(store.config(gone));
    Path mount = nested("team");
    write(mount.resolve("mount-id"), Digest.of("other").hex());
    write(mount.resolve("parent"), "sha256:12");

    assertThat(kinds()).containsExactly(Kind.ORPHAN_DIRECTORY, Kind.ORPHAN_DIRECTORY);
    assertThat(report().isCertain(Kind.LAYER_UNREFERENCED)).isFalse();
    assertThat(read().unreadable().reasons())
        .containsOnlyKeys("image/overlay2/layerdb/mounts/" + CONTAINER + "-team/parent");
  }

  @Test
  void aMountThatDoesNotTellItsChainLeavesNothingOpenWhereAllLayersAreInUse() throws IOException {
    Path mount = nested("team");
    write(mount.resolve("mount-id"), Digest.of("other").hex());
    write(mount.resolve("parent"), "sha256:12");

    assertThat(report().isCertain(Kind.LAYER_UNREFERENCED)).isTrue();
  }

  @Test
  void anAbsentBuildCacheIsNamedWhereThereAreDirectoriesOfBuilds() throws IOException {
    Files.delete(dataRoot.resolve("buildkit/snapshots.db"));

    assertThat(paths()).containsExactly("overlay2/" + ORPHAN);
    assertThat(incompleteKinds()).containsExactly(Kind.ORPHAN_DIRECTORY);
    assertThat(read().unreadable().reasons()).containsOnlyKeys("buildkit/snapshots.db");
  }

  @Test
  void aBuildCacheThatCannotBeReadLeavesUnusedLayersOpen() throws IOException {
    ImageId gone = store.image("gone:1", "base", "gone");
    store.untag("gone:1");
    Files.delete(store.config(gone));
    Files.writeString(dataRoot.resolve("buildkit/snapshots.db"), "x".repeat(8192));

    assertThat(paths()).containsExactly("overlay2/" + ORPHAN);
    assertThat(incompleteKinds())
        .containsExactlyInAnyOrder(Kind.ORPHAN_DIRECTORY, Kind.LAYER_UNREFERENCED);
  }

  @Test
  void aRegistrationThatDoesNotTellItsDirectoryIsNamed() throws IOException {
    Path writeSet =
        Files.createDirectories(dataRoot.resolve(store.layout().transactions(), "write-set-12"));
    write(writeSet.resolve("cache-id"), "");

    assertThat(kinds()).containsExactly(Kind.LAYER_TRANSACTION_LEFTOVER);
    assertThat(report().isCertain(Kind.ORPHAN_DIRECTORY)).isFalse();
    assertThat(read().unreadable().reasons())
        .containsOnlyKeys("image/overlay2/layerdb/tmp/write-set-12/cache-id");
  }

  @Test
  void invalidReferencesLeaveOpenWhichDangle() throws IOException {
    Files.writeString(store.repositories(), "");

    assertThat(report().isCertain(Kind.REFERENCE_DANGLING)).isFalse();
    assertThat(report().isCertain(Kind.REFERENCES_INVALID)).isTrue();
  }

  @Test
  void anImageThatCannotBeReadLeavesItsOwnKindsOpen() throws IOException {
    Files.delete(store.config(app));
    try (var hole = new java.io.RandomAccessFile(store.config(app).toFile(), "rw")) {
      hole.setLength(10L << 30);
    }

    assertThat(incompleteKinds())
        .containsExactlyInAnyOrder(
            Kind.IMAGE_CONFIG_INVALID,
            Kind.IMAGE_CONFIG_DIGEST_MISMATCH,
            Kind.LAYER_MISSING,
            Kind.CHAIN_TOO_DEEP,
            Kind.IMAGE_PARENT_DANGLING,
            Kind.LAYER_UNREFERENCED);
  }

  private Path nested(String... parts) throws IOException {
    Path mounts = dataRoot.resolve(store.layout().mounts());
    Path first = mounts.resolve(CONTAINER + "-" + parts[0]);
    Path nested =
        List.of(parts).subList(1, parts.length).stream()
            .reduce(first, Path::resolve, Path::resolve);
    return Files.createDirectories(nested);
  }

  private static void write(Path file, String content) throws IOException {
    Files.writeString(file, content);
  }

  private List<Kind> kinds() {
    return report().findings().stream().map(finding -> finding.problem().kind()).toList();
  }

  private List<String> paths() {
    return report().findings().stream().map(finding -> finding.problem().path()).toList();
  }

  private Report report() {
    return Checking.observe(read(), Instant.MAX).report();
  }

  private List<Kind> incompleteKinds() {
    Set<Kind> complete = report().completeKinds();
    return Checking.UNSCRUBBED.stream().filter(kind -> !complete.contains(kind)).toList();
  }

  private GraphDriverSnapshot read() {
    return (GraphDriverSnapshot)
        new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst();
  }
}
