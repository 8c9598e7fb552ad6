package io.github.dockerimageexporter.check.containerd;

import static io.github.dockerimageexporter.check.containerd.CheckedSample.told;
import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What no record of containerd answers for, in the store of a real engine.
class WasteInContainerdTest {
  private static final String REF = "moby/7/layer-sha256:1234";
  private static final String ID = "7".repeat(64);

  @TempDir private Path dataRoot;
  private ContainerdSample sample;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
  }

  @Test
  void aBlobWithoutRecordIsAnOrphan() throws IOException {
    Digest blob = Digest.of("orphan".getBytes(UTF_8));
    Files.writeString(sample.blob(blob), "orphan");

    assertThat(told(report())).containsExactly("blob_orphan waste " + blob.hex());
    assertThat(told(young())).isEmpty();
  }

  @Test
  void whatIsNotABlobAmongTheBlobsIsAStray() throws IOException {
    Path blobs = Objects.requireNonNull(sample.blob(Digest.of(new byte[0])).getParent());
    Files.createFile(blobs.resolve("notes.txt"));
    Files.createDirectory(blobs.resolve(ID));

    assertThat(told(report()))
        .containsExactlyInAnyOrder("stray_entry waste " + ID, "stray_entry waste notes.txt");
  }

  @Test
  void directoriesWithoutRecordAreOrphans() throws IOException {
    Path home = Objects.requireNonNull(sample.directory(0).getParent());
    Files.createDirectories(home.resolve("4711/fs"));
    Files.createDirectories(home.resolve("new-123/fs"));
    Files.createDirectory(home.resolve("backup"));
    Files.createFile(home.resolve("12345"));

    assertThat(told(report()))
        .containsExactlyInAnyOrder(
            "orphan_directory waste 4711",
            "orphan_directory waste new-123",
            "stray_entry waste backup",
            "stray_entry waste 12345");
    assertThat(told(young())).isEmpty();
  }

  /// Its directory may hold what the record can be restored from.
  @Test
  void aDirectoryIsNotCalledAnOrphanWhileASnapshotHasLostItsRecord() throws IOException {
    ContainerdSnapshot healthy = sample.read();
    String key = healthy.layers().keySet().iterator().next().toString();
    String name = Objects.requireNonNull(healthy.snapshots().get(key)).name();
    sample.changeMetadata(root -> bucket(root, "v1", "snapshots").items().remove(name));

    Report report = report();

    assertThat(told(report)).containsExactly("snapshot_record_missing unusable " + key);
    assertThat(report.completeKinds()).doesNotContain(Kind.ORPHAN_DIRECTORY);
  }

  @Test
  void aDownloadThatNothingKeepsIsLeftOver() throws IOException {
    Path download = sample.download(REF);
    Files.createFile(download.resolveSibling("notes.txt"));

    assertThat(told(report()))
        .containsExactlyInAnyOrder(
            "download_leftover waste " + download.getFileName(), "stray_entry waste notes.txt");
    assertThat(told(young())).isEmpty();
  }

  @Test
  void aDownloadWithALeaseIsAtWork() throws IOException {
    sample.download(REF);
    recordDownload("");
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "leases")
                .with(
                    "work",
                    new BoltTree.Bucket()
                        .with("ingests", new BoltTree.Bucket().with("layer-sha256:1234", ""))));

    assertThat(told(report())).isEmpty();
  }

  @Test
  void aDownloadIsAtWorkUntilItExpires() throws IOException {
    Path download = sample.download(REF);
    recordDownload(time(Instant.now().plus(Duration.ofHours(1))));
    assertThat(told(report())).isEmpty();

    recordDownload(time(Instant.now().minus(Duration.ofHours(1))));
    assertThat(told(report())).containsExactly("download_leftover waste " + download.getFileName());
  }

  @Test
  void theLeaseOfAContainerThatIsGoneIsUnowned() throws IOException {
    addLease(Instant.now().minus(Duration.ofHours(2)));

    assertThat(told(report())).containsExactly("mount_unowned waste " + ID);
    assertThat(told(young())).containsExactly("mount_unowned waste " + ID);
  }

  @Test
  void theLeaseOfAnImageThatAContainerMountsIsOwned() throws IOException {
    addLease(Instant.now().minus(Duration.ofHours(2)));
    Path config = sample.dataRoot().resolve("containers").resolve(container());
    config = config.resolve("config.v2.json");
    String mount = "{\"MountPoints\":{\"/x\":{\"Type\":\"image\",\"ID\":\"" + ID + "\"}},";
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\"MountPoints\":\\{\\},", "")
            .replaceFirst("\\{", mount));

    assertThat(told(report())).isEmpty();
  }

  /// Docker removes the container's directory first, however old its lease is.
  @Test
  void aContainerThatHasJustBeenRemovedMayStillHaveItsLease() throws IOException {
    addLease(Instant.now().minus(Duration.ofHours(2)));
    Path directory = sample.dataRoot().resolve("containers").resolve(ID);
    Files.createDirectory(directory);
    var reader = new StoreReader(dataRoot);
    var _ = reader.read(Freshness.EVERY_FILE);
    Files.delete(directory);

    var store = reader.read(Freshness.EVERY_FILE).stores().getFirst();

    Instant hourAgo = Instant.now().minus(Duration.ofHours(1));
    assertThat(told(CheckedSample.report(store, hourAgo))).isEmpty();
    assertThat(told(CheckedSample.report(store, Instant.MAX)))
        .containsExactly("mount_unowned waste " + ID);
  }

  @Test
  void aContainerWithoutConfigurationIsDamagedIfItHasALease() throws IOException {
    String container = container();
    Files.delete(sample.dataRoot().resolve("containers/" + container + "/config.v2.json"));

    assertThat(told(report())).containsExactly("container_config_invalid wrong_data ");
  }

  @Test
  void aDirectoryOfAContainerWithoutLeaseIsAStray() throws IOException {
    Files.createDirectory(sample.dataRoot().resolve("containers").resolve(ID));

    assertThat(told(report())).containsExactly("stray_entry waste " + ID);
    assertThat(told(young())).isEmpty();
  }

  @Test
  void nothingIsLeftOverWhileTheDatabasesCannotBeRead() throws IOException {
    Files.writeString(sample.blob(Digest.of("orphan".getBytes(UTF_8))), "orphan");
    Files.createDirectories(sample.directory(4711).resolve("fs"));
    sample.download(REF);
    Files.write(sample.meta(), new byte[100]);

    Report report = report();

    assertThat(told(report)).containsExactly("store_database_invalid unusable ");
    assertThat(report.completeKinds())
        .doesNotContain(
            Kind.BLOB_ORPHAN,
            Kind.ORPHAN_DIRECTORY,
            Kind.MOUNT_UNOWNED,
            Kind.DOWNLOAD_LEFTOVER,
            Kind.STRAY_ENTRY);
    assertThat(new StoreReader(dataRoot).read(Freshness.EVERY_FILE).state())
        .isEqualTo(DataRootState.CONTAINERD);
  }

  private void recordDownload(String expires) throws IOException {
    var record = new BoltTree.Bucket().with("ref", REF);
    if (!expires.isEmpty()) {
      record.with("expireat", expires);
    }
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "content", "ingests").with("layer-sha256:1234", record));
  }

  private void addLease(Instant created) throws IOException {
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "leases")
                .with(ID, new BoltTree.Bucket().with("createdat", time(created))));
  }

  private String container() {
    return sample.read().containers().getFirst().id();
  }

  /// As Go writes a time.
  private static String time(Instant time) {
    var bytes = java.nio.ByteBuffer.allocate(15);
    bytes.put((byte) 1).putLong(time.getEpochSecond() + 62_135_596_800L).putInt(time.getNano());
    bytes.putShort((short) -1);
    return new String(bytes.array(), ISO_8859_1);
  }

  private Report report() {
    return CheckedSample.report(sample);
  }

  /// What is older than the usual grace alone.
  private Report young() {
    return CheckedSample.report(sample.read(), Instant.now().minus(Duration.ofHours(1)));
  }
}
