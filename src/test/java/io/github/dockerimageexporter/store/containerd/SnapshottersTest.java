package io.github.dockerimageexporter.store.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A daemon that was given another snapshotter: the snapshots of the one before stay.
class SnapshottersTest {
  private static final long BLOBS = 146;
  private static final Instant START = Instant.parse("2026-02-01T12:00:00Z");

  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private List<ChainId> base;

  @BeforeEach
  void makeASample() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    base = Objects.requireNonNull(sample.read().images().get(sample.idOf("base:1"))).layers();
  }

  @Test
  void theOneWithoutBuildKitsDirectoryIsLeftBehindAndHasWhatIsUnpackedThere() throws IOException {
    unpackBase("native");
    touch("buildkit/containerd-overlayfs/metadata_v2.db", START);

    List<StoreSnapshot> stores = read();

    assertThat(stores.stream().map(StoreSnapshot::name))
        .containsExactly("overlayfs in moby", "native in moby");
    assertThat(uses(stores)).containsExactly(StoreUse.IN_USE, StoreUse.LEFT_BEHIND);
    StoreSnapshot left = stores.get(1);
    assertThat(left.references().stream().map(Reference::name)).contains("base:1");
    assertThat(left.images()).hasSizeLessThan(stores.getFirst().images().size());
    assertThat(left.layers()).containsOnlyKeys(base);
    assertThat(left.directories().values())
        .hasSize(base.size())
        .allMatch(d -> d.owner() == Owner.LAYER);
    assertThat(left.unreadable().reasons()).isEmpty();
  }

  @Test
  void blobsCountOnce() throws IOException {
    unpackBase("native");

    List<StoreSnapshot> stores = read();

    assertThat(stores.stream().mapToLong(SnapshottersTest::blobs)).containsExactly(BLOBS, 0L);
  }

  @Test
  void theContainersOfTheLastStartNameTheOneInUse() throws IOException {
    unpackBase("native");
    touch("buildkit/containerd-overlayfs/metadata_v2.db", START);
    touch("buildkit/containerd-native/metadata_v2.db", START);
    touch("runtimes", START);
    container("native", Instant.now().plusSeconds(1));

    List<StoreSnapshot> stores = read();

    assertThat(stores.stream().map(StoreSnapshot::name))
        .containsExactly("native in moby", "overlayfs in moby");
    assertThat(uses(stores)).containsExactly(StoreUse.IN_USE, StoreUse.LEFT_BEHIND);
    assertThat(stores.stream().mapToLong(SnapshottersTest::blobs)).containsExactly(BLOBS, 0L);
  }

  @Test
  void whereNothingNamesTheOneInUseItIsLeftOpen() throws IOException {
    unpackBase("native");
    touch("buildkit/containerd-overlayfs/metadata_v2.db", START);
    touch("buildkit/containerd-native/metadata_v2.db", START);

    List<StoreSnapshot> stores = read();

    assertThat(stores.stream().map(StoreSnapshot::name))
        .containsExactly("overlayfs in moby", "native in moby");
    assertThat(uses(stores)).containsExactly(StoreUse.UNKNOWN, StoreUse.UNKNOWN);
  }

  /// The blobs are in the store of the first alone.
  @Test
  void aLostDirectoryOfAFurtherOneHasAPlan() throws IOException {
    unpackBase("native");
    touch("buildkit/containerd-overlayfs/metadata_v2.db", START);
    touch("buildkit/containerd-native/metadata_v2.db", START);
    Files.delete(
        Objects.requireNonNull(sample.metadata().getParent())
            .resolveSibling(ContainerdLayout.SNAPSHOTTER + "native")
            .resolve("snapshots/1"));

    var out = new StringWriter();
    var err = new StringWriter();
    ExporterCommand.run(
        new String[] {"check", "--plan", "--check.settle=1ms", "--docker.root", "" + dataRoot},
        Map.of(),
        new PrintWriter(out),
        new PrintWriter(err));

    assertThat(err).hasToString("");
    assertThat(out.toString())
        .contains(
            "# no command for layer %s: the directories of this snapshotter cannot be made by hand"
                .formatted(base.getFirst()));
  }

  @Test
  void beforeTheFirstSnapshotItIsTheOneBuildKitWasStartedForLast() throws IOException {
    sample.changeMeta(
        root -> ContainerdSample.bucket(root, "v1", "moby").items().remove("snapshots"));
    touch("buildkit/containerd-native/metadata_v2.db", START);
    touch("buildkit/containerd-overlayfs/metadata_v2.db", START);
    Files.setLastModifiedTime(
        dataRoot.resolve("buildkit/containerd-overlayfs"), FileTime.from(START));

    assertThat(read().stream().map(StoreSnapshot::name)).containsExactly("native in moby");
  }

  @Test
  void aSnapshotterOfUnknownLayoutShowsImagesAndBlobsAndNothingOfItIsCalledBroken()
      throws IOException, InterruptedException {
    unpackBase("devmapper");
    sample.changeMeta(
        root ->
            ContainerdSample.bucket(root, "v1", "moby", "snapshots").items().remove("overlayfs"));

    StoreSnapshot store = read().getFirst();

    assertThat(store.name()).isEqualTo("devmapper in moby");
    assertThat(store.images()).hasSize(22);
    assertThat(blobs(store)).isEqualTo(BLOBS);
    assertThat(store.layers()).containsOnlyKeys(base);
    assertThat(store.directories()).isEmpty();
    assertThat(store.unmet()).contains(Need.DIRECTORIES);
    assertThat(store.unreadable().reasons()).isEmpty();
    assertThat(problems("devmapper")).noneMatch(kind -> kind.contains("directory"));
  }

  /// The kinds of the problems in the store of a snapshotter.
  private List<String> problems(String snapshotter) throws InterruptedException {
    var scanner =
        new StoreScanner(dataRoot, Duration.ofMillis(1), Duration.ZERO, InstantSource.system());
    return scanner.scanTwice().stores().stream()
        .filter(store -> store.store().driver().equals(snapshotter))
        .map(ObservedStore::report)
        .flatMap(report -> report.findings().stream())
        .map(Finding::problem)
        .map(problem -> problem.kind().label())
        .toList();
  }

  /// Makes the snapshots that an image of `base` has in another snapshotter.
  private void unpackBase(String snapshotter) throws IOException {
    var entries = new BoltTree.Bucket();
    var stored = new BoltTree.Bucket();
    Path home =
        Objects.requireNonNull(sample.metadata().getParent())
            .resolveSibling(ContainerdLayout.SNAPSHOTTER + snapshotter);
    Optional<String> below = Optional.empty();
    for (int i = 0; i < base.size(); i++) {
      String key = base.get(i).toString();
      String name = "moby/%d/%s".formatted(i + 1, key);
      var entry = new BoltTree.Bucket().with("name", name);
      var record =
          new BoltTree.Bucket()
              .with("id", String.valueOf((char) (i + 1)))
              .with("kind", String.valueOf((char) 3))
              .with("size", String.valueOf((char) 2));
      below.ifPresent(parent -> entry.with("parent", parent));
      if (i > 0) {
        record.with("parent", "moby/%d/%s".formatted(i, base.get(i - 1)));
      }
      entries.with(key, entry);
      stored.with(name, record);
      below = Optional.of(key);
      Files.createDirectories(home.resolve("snapshots").resolve(String.valueOf(i + 1)));
    }
    BoltFixture.write(
        home.resolve("metadata.db"),
        new BoltTree.Bucket().with("v1", new BoltTree.Bucket().with("snapshots", stored)));
    Digest config = config();
    sample.changeMeta(
        root -> {
          ContainerdSample.bucket(root, "v1", "moby", "snapshots").with(snapshotter, entries);
          ContainerdSample.bucket(
                  root, "v1", "moby", "content", "blob", config.toString(), "labels")
              .with("containerd.io/gc.ref.snapshot." + snapshotter, base.getLast().toString());
        });
  }

  private Digest config() {
    return sample.read().namedBlobs().values().stream()
        .filter(blob -> blob.role() == NamedBlob.Role.CONFIG)
        .filter(blob -> blob.images().contains(sample.idOf("base:1")))
        .map(NamedBlob::digest)
        .findFirst()
        .orElseThrow();
  }

  private void container(String driver, Instant written) throws IOException {
    String config = "containers/" + "c".repeat(64) + "/config.v2.json";
    touch(config, written);
    Files.writeString(dataRoot.resolve(config), "{\"Driver\":\"" + driver + "\"}");
    touch(config, written);
  }

  private void touch(String path, Instant modified) throws IOException {
    Path file = dataRoot.resolve(path);
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  private static long blobs(StoreSnapshot store) {
    Map<BlobOwner, BlobTally> blobs = store.blobs();
    return blobs.values().stream().mapToLong(BlobTally::count).sum();
  }

  private static List<StoreUse> uses(List<StoreSnapshot> stores) {
    return stores.stream().map(StoreSnapshot::use).toList();
  }

  private List<StoreSnapshot> read() {
    return new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores();
  }
}
