package io.github.dockerimageexporter.check.containerd;

import static io.github.dockerimageexporter.check.containerd.CheckedSample.told;
import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whose one thing more is in the store of a real engine, and that only what nothing records is
/// called waste.
class OwnersInContainerdTest {
  private static final String CONTENT = "something";
  private static final String UNCOMPRESSED = "containerd.io/uncompressed";
  private static final String BUILD = "0123456789abcdefghijklmno";

  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private ContainerdSnapshot healthy;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    healthy = sample.read();
  }

  @Test
  void aBlobThatIsRecordedAndKeptByNothingIsBeingRemoved() throws IOException {
    sample.publish(CONTENT);

    assertOneBlobMore(BlobOwner.REMOVING);
  }

  @Test
  void aBlobWithoutRecordIsAnOrphan() throws IOException {
    Digest blob = Digest.of(CONTENT.getBytes(UTF_8));
    Files.writeString(sample.blob(blob), CONTENT);

    assertThat(blobsMore()).isEqualTo(Map.of(BlobOwner.ORPHAN, 1L));
    assertThat(problems()).containsExactly("blob_orphan waste " + blob.hex());
  }

  @ParameterizedTest
  @CsvSource({"work, LEASE", BUILD + ", BUILD_CACHE"})
  void aBlobThatALeaseKeepsIsOfWhoeverHoldsThat(String lease, BlobOwner owner) throws IOException {
    Digest blob = sample.publish(CONTENT);
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "leases")
                .with(lease, new Bucket().with("content", new Bucket().with(blob.toString(), ""))));

    assertOneBlobMore(owner);
  }

  @ParameterizedTest
  @ValueSource(strings = {"containerd.io/gc.bref.content.0", "containerd.io/gc.cond.content.0"})
  void aBlobThatIsKeptUnderConditionsIsKept(String label) throws IOException {
    Digest blob = sample.publish(CONTENT);
    sample.changeMeta(root -> label(root, blob, label, sample.idOf("imported:1").toString()));

    assertOneBlobMore(BlobOwner.LEASE);
  }

  /// As signatures and attestations that were published after the image.
  @Test
  void aReferrerThatNoIndexNamesIsOfTheImageThatKeepsIt() throws IOException {
    ImageId image = sample.idOf("imported:1");
    Digest referrer = sample.publish(CONTENT);
    sample.changeMeta(
        root ->
            label(
                root,
                image.digest(),
                "containerd.io/gc.ref.content.referrer.0",
                referrer.toString()));

    assertOneBlobMore(BlobOwner.IMAGE);
  }

  /// As a store is that was migrated from a graph driver.
  @Test
  void whatLayersUnpackToIsKnownWithoutTheLabelThatSaysSo() throws IOException {
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob").items().values().stream()
                .map(record -> ((Bucket) record).items().get("labels"))
                .filter(Bucket.class::isInstance)
                .forEach(labels -> ((Bucket) labels).items().remove(UNCOMPRESSED)));

    ContainerdSnapshot store = sample.read();

    assertThat(store.images()).isEqualTo(healthy.images());
    assertThat(store.layers()).isEqualTo(healthy.layers());
    assertThat(store.namedBlobs()).isEqualTo(healthy.namedBlobs());
    assertThat(store.directories()).isEqualTo(healthy.directories());
    assertThat(store.blobs()).isEqualTo(healthy.blobs());
    assertThat(problems()).isEmpty();
  }

  @Test
  void aDirectoryWhoseSnapshotIsNotRecordedAnyMoreIsBeingRemoved() throws IOException {
    ChainId top = topLayer();
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "snapshots", "overlayfs").items().remove(top.toString()));

    assertThat(directoriesMore()).isEqualTo(Map.of(Owner.LAYER, -1L, Owner.REMOVING, 1L));
    assertThat(problems()).isEmpty();
  }

  /// It is an orphan once a check has found it to be one.
  @Test
  void aDirectoryWithoutRecordIsNobodys() throws IOException {
    Files.createDirectories(sample.directory(4711).resolve("fs"));
    Files.createDirectories(sample.directory(0).resolveSibling("backup"));

    assertThat(directoriesMore()).isEqualTo(Map.of(Owner.OTHER, 2L));
    assertThat(problems())
        .containsExactlyInAnyOrder("orphan_directory waste 4711", "stray_entry waste backup");
  }

  private ChainId topLayer() {
    return Objects.requireNonNull(healthy.images().get(sample.idOf("moved:1")))
        .rootFs()
        .chainIds()
        .getLast();
  }

  private static void label(Bucket root, Digest blob, String label, String value) {
    Bucket record = bucket(root, "v1", "moby", "content", "blob", blob.toString());
    record.items().putIfAbsent("labels", new Bucket());
    bucket(record, "labels").with(label, value);
  }

  /// Of `owner`, and nothing is wrong with it.
  private void assertOneBlobMore(BlobOwner owner) {
    assertThat(blobsMore()).isEqualTo(Map.of(owner, 1L));
    assertThat(problems()).isEmpty();
  }

  private List<String> problems() {
    return told(CheckedSample.report(sample));
  }

  /// How many blobs more each owner has, of those where that has changed.
  private Map<BlobOwner, Long> blobsMore() {
    return more(blobs(healthy), blobs(sample.read()));
  }

  private Map<Owner, Long> directoriesMore() {
    return more(directories(healthy), directories(sample.read()));
  }

  private static Map<BlobOwner, Long> blobs(ContainerdSnapshot store) {
    return store.blobs().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, owned -> owned.getValue().count()));
  }

  private static Map<Owner, Long> directories(ContainerdSnapshot store) {
    return store.directories().values().stream()
        .collect(Collectors.groupingBy(StoreDirectory::owner, Collectors.counting()));
  }

  private static <K extends Comparable<K>> Map<K, Long> more(
      Map<K, Long> before, Map<K, Long> after) {
    var more = new TreeMap<>(after);
    before.forEach((owner, count) -> more.merge(owner, -count, Long::sum));
    more.values().removeIf(count -> count == 0);
    return more;
  }
}
