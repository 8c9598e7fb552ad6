package io.github.dockerimageexporter.store.containerd;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreUse;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.OldFiles;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A pass that finds nothing changed makes nothing anew; whatever changes, in place or not, does.
class ContainerdRereadingTest {
  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private StoreReader reader;
  private StoreSnapshot last;

  @BeforeEach
  void readUntilNothingIsNew() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    reader = new StoreReader(dataRoot);
    settle();
  }

  @Test
  void whatHasNotChangedIsNotMadeAnew() {
    assertThat(read()).isSameAs(last);
  }

  @Test
  void aBlobCutInPlaceIsSeen() throws IOException {
    Path blob = layerBlob();
    ContainerdSample.setLength(blob, Files.size(blob) - 1);

    assertThat(read()).isNotEqualTo(last);
    settle();
    assertThat(read()).isSameAs(last);
  }

  /// Its age says whether somebody may still be at work with it.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStrayThatIsWrittenInPlaceIsAsYoungAsItsLastChange(boolean amongBlobs) throws IOException {
    Path stray = (amongBlobs ? layerBlob() : sample.directory(1)).resolveSibling("stray");
    Files.createFile(stray);
    read();
    Files.writeString(stray, "more");

    assertThat(read().leftovers())
        .isEqualTo(
            new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst().leftovers());
  }

  /// So does what comes and goes in it.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDirectoryWithoutARecordIsAsYoungAsWhatIsInIt(boolean amongBlobs) throws IOException {
    Path unowned =
        amongBlobs
            ? sample.blob(Digest.of("a directory"))
            : sample.directory(1).resolveSibling("777");
    Path files = Files.createDirectories(unowned.resolve("fs"));
    OldFiles.awaitIn(unowned);
    read();
    Files.createFile(files.resolve("more"));

    assertThat(read().leftovers())
        .isEqualTo(
            new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst().leftovers());
  }

  @Test
  void inAStoreThatIsNotWatchedWhollyAnEditInPlaceIsLeftToTheNextFullScan() throws IOException {
    Path blob = layerBlob();
    ContainerdSample.setLength(blob, Files.size(blob) - 1);
    Files.delete(
        last.layerDirectories().values().stream()
            .map(directory -> directory.path().resolve("fs"))
            .min(Comparator.naturalOrder())
            .orElseThrow());
    Files.createFile(sample.blob(Digest.of("another")));

    StoreSnapshot changes = readChanges();
    assertThat(changes.layerDirectories()).isEqualTo(last.layerDirectories());
    assertThat(((ContainerdSnapshot) changes).namedBlobs())
        .isEqualTo(((ContainerdSnapshot) last).namedBlobs());
    assertThat(changes.leftovers()).hasSize(last.leftovers().size() + 1);
    assertThat(read())
        .isEqualTo(new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst());
  }

  @Test
  void inAStoreThatIsNotWatchedWhollyAnEditInPlaceThatIsToldIsSeen() throws IOException {
    Path blob = layerBlob();
    ContainerdSample.setLength(blob, Files.size(blob) - 1);
    Path files = last.layerDirectories().values().iterator().next().path().resolve("fs");
    Files.delete(files);
    List<String> told =
        Stream.of(blob, files).map(path -> dataRoot.relativize(path).toString()).toList();

    assertThat(reader.read(Freshness.of(told)).stores().getFirst())
        .isNotEqualTo(last)
        .isEqualTo(new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst());
  }

  /// Many file systems give the inode of a file that was removed to the next one.
  @Test
  void inAStoreThatIsNotWatchedWhollyABlobThatIsBroughtAgainIsSeen() throws IOException {
    Path blob = layerBlob();
    bringAgain(blob);

    assertThat(readChanges())
        .isEqualTo(new StoreReader(dataRoot).read(Freshness.EVERY_FILE).stores().getFirst());
  }

  @Test
  void aBlobThatIsBroughtAgainWhileTheBlobsCannotBeListedIsSeen(@TempDir Path directory)
      throws IOException {
    Path home = directory.resolve("containerd");
    sample = ContainerdSample.in(directory.resolve("docker"), home);
    reader = new StoreReader(sample.dataRoot(), sample.settings());
    settle();
    Path blob = layerBlob();
    bringAgain(blob);
    Path blobs = blob.getParent();
    Files.move(blobs, directory.resolve("aside"));
    Files.createSymbolicLink(blobs, Path.of("nowhere"));
    assertThat(readChanges().unreadable().reasons()).hasSize(1);
    Files.delete(blobs);
    Files.move(directory.resolve("aside"), blobs);

    assertThat(readChanges()).isEqualTo(sample.read());
  }

  /// What was told to a pass that could not look there is told to no other.
  @Test
  void whatCameWhileOnlyTheStoreOfAGraphDriverCouldBeReadIsSeen() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base");
    read();
    Path root = dataRoot.resolve("containerd");
    Path aside = dataRoot.resolve("aside");
    Files.createFile(sample.blob(Digest.of("one")));
    Files.move(root, aside);
    Files.createSymbolicLink(root, Path.of("nowhere"));
    assertThat(reader.read(told("one")).notRead()).hasSize(1);
    Files.delete(root);
    Files.move(aside, root);
    Files.createFile(sample.blob(Digest.of("two")));

    var seen = (ContainerdSnapshot) reader.read(told("two")).stores().getLast();

    assertThat(seen.blobBytes()).containsKeys(Digest.of("one"), Digest.of("two"));
  }

  private Freshness told(String blob) {
    return Freshness.of(List.of(dataRoot.relativize(sample.blob(Digest.of(blob))).toString()));
  }

  /// As if it was removed and brought again, shorter, beside another one.
  private void bringAgain(Path blob) throws IOException {
    Digest digest = Digest.ofName(blob.getFileName().toString()).orElseThrow();
    ContainerdSample.setLength(blob, Files.size(blob) - 1);
    Files.createFile(sample.blob(Digest.of("another")));
    sample.changeMeta(
        root ->
            ContainerdSample.bucket(root, "v1", "moby", "content", "blob", digest.toString())
                .with("updatedat", "later"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStrayThatIsGoneIsSeen(boolean amongBlobs) throws IOException {
    Path stray = (amongBlobs ? layerBlob() : sample.directory(1)).resolveSibling("stray");
    Files.createFile(stray);
    OldFiles.awaitIn(stray.resolveSibling(""));
    assertThat(leftovers(read())).hasSize(1);

    Files.delete(stray);
    OldFiles.awaitIn(stray.resolveSibling(""));

    assertThat(leftovers(read())).isEmpty();
  }

  @Test
  void aBlobThatIsGoneIsSeen() throws IOException {
    Files.delete(layerBlob());

    assertThat(read()).isNotEqualTo(last);
  }

  @Test
  void whatStandsBesideTheBlobsDirectoryIsSeen() throws IOException {
    Files.createDirectory(layerBlob().resolve("../../sha512").normalize());

    assertThat(read().unreadable().reasons()).hasSize(1).containsValue("only blobs/sha256 is read");
  }

  @Test
  void theLostFilesOfASnapshotAreSeen() throws IOException {
    Files.delete(
        dataRoot.resolve(last.layerDirectories().values().iterator().next().path()).resolve("fs"));

    assertThat(read()).isNotEqualTo(last);
  }

  @Test
  void directoriesThatCouldNotBeReadAndAreGoneSinceAreKnown() throws IOException {
    Path home = last.layerDirectories().values().iterator().next().path().getParent();
    Files.move(home, dataRoot.resolve("elsewhere"));
    Files.createSymbolicLink(home, Path.of("nowhere"));
    assertThat(read().layerDirectories()).isEmpty();
    Files.delete(home);
    Files.createDirectory(home);

    assertThat(read().layerDirectories().keySet()).isEqualTo(last.layerDirectories().keySet());
  }

  @Test
  void aBlobIsLeftOverOnceItHasNoRecordAndNoName() throws IOException {
    byte[] before = Files.readAllBytes(sample.meta());
    sample.changeMeta(
        root -> {
          ContainerdSample.bucket(root, "v1", "moby", "images").items().clear();
          ContainerdSample.bucket(root, "v1", "moby", "content", "blob").items().clear();
        });
    assertThat(leftovers(read())).isEqualTo(leftovers(sample.read())).isNotEmpty();
    Files.write(sample.meta(), before);

    assertThat(leftovers(read())).isEqualTo(leftovers(last));
  }

  @Test
  void aDirectoryIsLeftOverOnceItsSnapshotHasNoRecord() throws IOException {
    byte[] before = Files.readAllBytes(sample.metadata());
    sample.changeMetadata(
        root -> {
          var snapshots = ContainerdSample.bucket(root, "v1", "snapshots").items();
          snapshots.remove(snapshots.keySet().iterator().next());
        });
    assertThat(leftovers(read())).hasSize(leftovers(last).size() + 1);
    Files.write(sample.metadata(), before);

    assertThat(leftovers(read())).isEqualTo(leftovers(last));
  }

  private static List<String> leftovers(StoreSnapshot store) {
    return store.leftovers().stream().map(Leftover::path).toList();
  }

  @Test
  void aTransactionIsSeen() throws IOException {
    sample.changeMeta(
        root -> ContainerdSample.bucket(root, "v1", "moby", "images").items().clear());

    assertThat(read().images()).isEmpty();
  }

  /// Records that are the same are taken from the pass before.
  @ParameterizedTest
  @ValueSource(ints = {1024, 4096, 16_384})
  void whateverIsRecordedIsReadAsIfForTheFirstTime(int pageSize) throws IOException {
    var random = new Random(1);
    for (int round = 0; round < 40; round++) {
      sample.changeMeta(pageSize, root -> changeRecord(root, random));

      assertThat(read()).isEqualTo(sample.read());
    }
  }

  private static void changeRecord(Bucket root, Random random) {
    Bucket blobs = ContainerdSample.bucket(root, "v1", "moby", "content", "blob");
    Bucket snapshots = ContainerdSample.bucket(root, "v1", "moby", "snapshots", "overlayfs");
    Bucket records = random.nextBoolean() ? blobs : snapshots;
    String other = anyOf(records, random);
    Bucket record = (Bucket) requireNonNull(records.items().get(anyOf(records, random)));
    switch (random.nextInt(4)) {
      case 0 -> record.with("size", String.valueOf((char) random.nextInt(0x80)));
      case 1 -> record.with("parent", other);
      case 2 ->
          record.with(
              "labels",
              new Bucket()
                  .with("containerd.io/gc.ref.content.x", other)
                  .with("note", "n".repeat(random.nextInt(100_000))));
      default -> record.items().remove("labels");
    }
  }

  private static String anyOf(Bucket records, Random random) {
    return List.copyOf(records.items().keySet()).get(random.nextInt(records.items().size()));
  }

  /// A commit stands on the places for its container's mounts, and those on the layer below; here
  /// is one more between them.
  @Test
  void aChangeTwoStepsBelowALayerIsSeen() throws IOException {
    Map<String, SnapshotRecord> snapshots = ((ContainerdSnapshot) last).snapshots();
    Layer committed =
        last.layers().values().stream()
            .filter(layer -> parent(snapshots, layer).endsWith("-init"))
            .findFirst()
            .orElseThrow();
    ChainId below = committed.parent().orElseThrow();
    ChainId other =
        last.layers().keySet().stream()
            .filter(layer -> !layer.equals(below) && !layer.equals(committed.chainId()))
            .findFirst()
            .orElseThrow();
    String places = parent(snapshots, committed);
    changeSnapshots(
        all -> {
          all.with("between", new Bucket().with("name", "none").with("parent", below.toString()));
          ContainerdSample.bucket(all, places).with("parent", "between");
        });
    settle();

    changeSnapshots(
        all -> ContainerdSample.bucket(all, "between").with("parent", other.toString()));

    StoreSnapshot seen = read();
    assertThat(seen).isEqualTo(sample.read());
    assertThat(seen.layers().get(committed.chainId()))
        .extracting(Layer::parent)
        .isEqualTo(Optional.of(other));
  }

  private static String parent(Map<String, SnapshotRecord> snapshots, Layer layer) {
    return requireNonNull(snapshots.get(layer.chainId().toString())).parent().orElse("");
  }

  private void changeSnapshots(Consumer<Bucket> change) throws IOException {
    sample.changeMeta(
        root ->
            change.accept(ContainerdSample.bucket(root, "v1", "moby", "snapshots", "overlayfs")));
  }

  @Test
  void aContainerThatIsGoneIsSeen() throws IOException {
    String id = last.containers().getFirst().id();
    Files.delete(dataRoot.resolve("containers").resolve(id).resolve("config.v2.json"));

    assertThat(read().containers()).hasSize(last.containers().size() - 1);
  }

  @Test
  void aDownloadIsMeasuredAsItGrows() throws IOException {
    Path download =
        Files.createDirectories(
            dataRoot.resolve("containerd/daemon/" + ContainerdLayout.CONTENT + "/ingest/d"));
    StoreSnapshot began = read();
    Files.write(download.resolve("data"), new byte[100_000]);

    assertThat(read().blobs()).isNotEqualTo(began.blobs());
  }

  @Test
  void aLeaseThatExpiresNoLongerHoldsWhatItHeld() throws IOException {
    leaseUntil(Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS));
    StoreSnapshot held = read();

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(read().blobs()).isNotEqualTo(held.blobs()));
  }

  @Test
  void aLeaseHoldsAgainOnceTheClockIsSetBackBeforeItExpires() throws IOException {
    Instant expiry = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
    leaseUntil(expiry);
    var clock = new AtomicReference<>(expiry.plusSeconds(1));
    ContainerdStores stores = stores(clock::get);
    StoreSnapshot expired = settled(() -> read(stores));

    clock.set(expiry.minusSeconds(1));

    assertThat(read(stores)).isEqualTo(read(stores(clock::get))).isNotEqualTo(expired);
  }

  private ContainerdStores stores(InstantSource clock) {
    return new ContainerdStores(
        dataRoot, "", ContainerdSettings.DEFAULT, HomeSearch.OF_THIS_HOST, clock);
  }

  private StoreSnapshot read(ContainerdStores stores) {
    var daemon = new ContainerdStores.Daemon(true, StoreUse.IN_USE, Optional.empty());
    try (var root = RootDirectory.open(dataRoot)) {
      return stores.read(root, daemon, Freshness.EVERY_FILE).stores().getFirst();
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
  }

  private void leaseUntil(Instant expiry) throws IOException {
    Digest blob = Digest.of("leased");
    Files.writeString(sample.blob(blob), "leased");
    sample.changeMeta(
        root -> {
          ContainerdSample.bucket(root, "v1", "moby", "content", "blob")
              .with(blob.toString(), new Bucket().with("size", "\u000c"));
          ContainerdSample.bucket(root, "v1", "moby", "leases")
              .with(
                  "pull",
                  new Bucket()
                      .with(
                          "labels", new Bucket().with("containerd.io/gc.expire", expiry.toString()))
                      .with("content", new Bucket().with(blob.toString(), "")));
        });
  }

  private Path layerBlob() {
    NamedBlob layer =
        ((ContainerdSnapshot) last)
            .namedBlobs().values().stream()
                .filter(blob -> blob.role() == NamedBlob.Role.LAYER)
                .filter(blob -> Files.exists(sample.blob(blob.digest())))
                .findFirst()
                .orElseThrow();
    return sample.blob(layer.digest());
  }

  private void settle() {
    last = settled(this::read);
  }

  /// What is read again and again: files that have just been written are read again for a moment.
  @SuppressWarnings("ReferenceEquality") // What was not read again is the same object.
  private static StoreSnapshot settled(Supplier<StoreSnapshot> read) {
    var seen = new AtomicReference<>(read.get());
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              StoreSnapshot now = read.get();
              return seen.getAndSet(now) == now;
            });
    return seen.get();
  }

  private StoreSnapshot readChanges() {
    return reader.read(Freshness.of(List.of())).stores().getFirst();
  }

  private StoreSnapshot read() {
    return reader.read(Freshness.EVERY_FILE).stores().getFirst();
  }
}
