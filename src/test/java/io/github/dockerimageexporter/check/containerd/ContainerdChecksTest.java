package io.github.dockerimageexporter.check.containerd;

import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.SnapshotRecord;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One thing broken in the store of a real engine; each is one problem.
class ContainerdChecksTest {
  @TempDir Path dataRoot;
  private ContainerdSample sample;
  private ContainerdSnapshot healthy;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    healthy = sample.read();
  }

  @Test
  void aHealthyStoreHasNoProblem() {
    Report report = report();

    assertThat(told(report)).isEmpty();
    assertThat(healthy.unreadable().reasons()).isEmpty();
    assertThat(report.completeKinds())
        .contains(
            Kind.BLOB_MISSING,
            Kind.REFERENCE_DANGLING,
            Kind.LAYER_MISSING,
            Kind.LAYER_DIRECTORY_MISSING,
            Kind.STORE_DATABASE_INVALID,
            Kind.CONTAINER_MOUNT_MISSING)
        .contains(Kind.GC_LABEL_MISSING, Kind.CONTAINER_LEASE_MISSING)
        .contains(Kind.ORPHAN_DIRECTORY, Kind.MOUNT_UNOWNED, Kind.BLOB_ORPHAN)
        .contains(Kind.DOWNLOAD_LEFTOVER, Kind.STRAY_ENTRY);
  }

  @Test
  void aLostIndexStopsTheWholeHost() throws IOException {
    NamedBlob index = blob(Role.INDEX);
    Files.delete(sample.blob(index.digest()));

    Report report = report();

    assertThat(told(report)).containsExactly("blob_missing unusable " + index.digest());
    assertThat(report.findings().getFirst().affectedImages()).isEqualTo(index.images());
  }

  /// However far behind other images its own sorts.
  @Test
  void whatStopsTheWholeHostIsFirstInTheList() throws IOException {
    NamedBlob index =
        blobs(Role.INDEX).max(Comparator.comparing(ContainerdChecksTest::image)).orElseThrow();
    NamedBlob layer =
        blobs(Role.LAYER).min(Comparator.comparing(ContainerdChecksTest::image)).orElseThrow();
    assertThat(image(layer)).isLessThan(image(index));
    Files.delete(sample.blob(layer.digest()));
    Files.delete(sample.blob(index.digest()));

    Report report = report();

    assertThat(told(report))
        .containsExactly(
            "blob_missing unusable " + index.digest(), "blob_missing wrong_data " + layer.digest());
    assertThat(report.findings())
        .extracting(finding -> finding.problem().stopsHost())
        .containsExactly(true, false);
    assertThat(Explanation.message(report.findings().getFirst().problem()))
        .isEqualTo(
            "index %s: recorded, but its content is missing; docker images and docker system df can"
                + " fail for the whole host",
            index.digest());
  }

  @Test
  void aLostDirectoryOfAContainerSaysWhatItStops() throws IOException {
    String id = sample.read().containers().getFirst().id();
    Files.delete(Objects.requireNonNull(sample.read().snapshotDirectories().get(id)).resolve("fs"));

    assertThat(report().findings())
        .extracting(finding -> Explanation.message(finding.problem()))
        .containsExactly(
            "container %s: its writable layer, or the layer below that, is missing; docker system df"
                    .formatted(id)
                + " and docker ps --size fail for the whole host");
  }

  private static ImageId image(NamedBlob blob) {
    return blob.images().getFirst();
  }

  @Test
  void aLostManifestAndAttestationAreMissing() throws IOException {
    for (Role role : List.of(Role.MANIFEST, Role.ATTESTATION)) {
      Files.delete(sample.blob(blob(role).digest()));
    }

    assertThat(told(report()))
        .containsExactlyInAnyOrder(
            "blob_missing unusable " + blob(Role.MANIFEST).digest(),
            "blob_missing unusable " + blob(Role.ATTESTATION).digest());
  }

  @Test
  void aLostLayerThatIsUnpackedOnlySpoilsCopies() throws IOException {
    NamedBlob layer = unpackedLayer();
    Files.delete(sample.blob(layer.digest()));

    assertThat(told(report())).containsExactly("blob_missing wrong_data " + layer.digest());
  }

  @Test
  void whatAnAttestationHoldsOnlySpoilsCopies() throws IOException {
    Digest statement =
        blobs(Role.OTHER)
            .filter(blob -> !blob.images().isEmpty())
            .findFirst()
            .orElseThrow()
            .digest();
    Files.delete(sample.blob(statement));

    assertThat(told(report())).containsExactly("blob_missing wrong_data " + statement);
  }

  @Test
  void aLayerThatIsNotUnpackedIsNeeded() throws IOException {
    Digest layer = unpackedLayer().digest();
    sample.changeMeta(root -> bucket(root, "v1", "moby", "snapshots").items().remove("overlayfs"));
    Files.delete(sample.blob(layer));

    assertThat(told(report())).contains("blob_missing unusable " + layer);
  }

  /// Docker does not fetch a layer whose snapshot another image has brought.
  @Test
  void aLayerThatWasNeverFetchedIsNoProblem() throws IOException {
    NamedBlob layer = unpackedLayer();
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob")
                .items()
                .remove(layer.digest().toString()));
    Files.deleteIfExists(sample.blob(layer.digest()));

    assertThat(told(report())).isEmpty();
    assertThat(
            Objects.requireNonNull(sample.read().images().get(layer.images().getFirst()))
                .manifests())
        .anyMatch(manifest -> manifest.unpacked() && !manifest.complete());
  }

  @Test
  void anImageThatWasNeverUnpackedIsNoProblem() throws IOException {
    ImageId image = idOf("imported:1");
    var manifest = Objects.requireNonNull(healthy.images().get(image)).manifests().getFirst();
    String config = configOf("imported:1").toString();
    sample.changeMeta(
        root -> {
          bucket(root, "v1", "moby", "snapshots", "overlayfs")
              .items()
              .remove(manifest.rootFs().chainIds().getFirst().toString());
          bucket(root, "v1", "moby", "content", "blob", config, "labels")
              .items()
              .remove("containerd.io/gc.ref.snapshot.overlayfs");
        });

    assertThat(told(report())).isEmpty();
    assertThat(Objects.requireNonNull(sample.read().images().get(image)).manifests())
        .singleElement()
        .matches(found -> !found.unpacked() && found.complete());
  }

  /// A pull of it is at work, or was interrupted.
  @Test
  void aFurtherPlatformOfWhichOnlyTheManifestIsHereIsHealthy() throws IOException {
    Digest manifest =
        healthy.namedBlobs().values().stream()
            .filter(blob -> blob.role() == Role.MANIFEST && !blob.isRecorded())
            .map(NamedBlob::digest)
            .findFirst()
            .orElseThrow();
    String content = Files.readString(sample.blob(manifest));
    sample.changeMeta(
        root -> {
          BoltTree.Bucket blobs = bucket(root, "v1", "moby", "content", "blob");
          BoltTree.Bucket record =
              bucket(root, "v1", "moby_history", "content", "blob", manifest.toString());
          blobs.with(manifest.toString(), record);
          Pattern.compile("sha256:[0-9a-f]{64}")
              .matcher(content)
              .results()
              .map(MatchResult::group)
              .forEach(
                  digest ->
                      bucket(record, "labels")
                          .with("containerd.io/gc.ref.content." + digest, digest));
          for (NamedBlob index : blobs(Role.INDEX).toList()) {
            bucket(blobs, index.digest().toString(), "labels")
                .with("containerd.io/gc.ref.content.m.9", manifest.toString());
          }
        });

    assertThat(sample.read().namedBlobs().values())
        .filteredOn(blob -> blob.digest().equals(manifest))
        .allMatch(NamedBlob::isRecorded);
    assertThat(told(report())).isEmpty();
  }

  @Test
  void aConfigurationWithoutRecordIsMissing() throws IOException {
    Digest config = blob(Role.CONFIG).digest();
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "content", "blob").items().remove(config.toString()));

    assertThat(told(report())).contains("blob_missing unusable " + config);
  }

  @Test
  void aBlobThatIsCutShortHasAnotherSize() throws IOException {
    NamedBlob layer = unpackedLayer();
    ContainerdSample.setLength(sample.blob(layer.digest()), 10);

    assertThat(told(report())).containsExactly("blob_size_mismatch wrong_data " + layer.digest());
  }

  @Test
  void oneBitOfAnIndexChangesItsDigest() throws IOException {
    NamedBlob index = blob(Role.INDEX);
    replace(index.digest(), "linux", "lihux");

    assertThat(told(report())).containsExactly("blob_digest_mismatch unusable " + index.digest());
  }

  @Test
  void zeroesAreNoManifest() throws IOException {
    NamedBlob manifest = blob(Role.MANIFEST);
    Path file = sample.blob(manifest.digest());
    Files.write(file, new byte[(int) Files.size(file)]);

    assertThat(told(report())).containsExactly("manifest_invalid unusable " + manifest.digest());
  }

  @Test
  void aConfigurationIsHeldAgainstItsNameAndItsForm() throws IOException {
    NamedBlob config = blob(Role.CONFIG);
    replace(config.digest(), "amd64", "amd65");

    assertThat(told(report()))
        .containsExactly("image_config_digest_mismatch unusable " + config.images().getFirst());
    Path file = sample.blob(config.digest());
    Files.writeString(file, " ".repeat((int) Files.size(file)));
    assertThat(told(report()))
        .containsExactly("image_config_invalid unusable " + config.images().getFirst());
  }

  /// As `{}` under the media type of an image's configuration, which publishers of artefacts use.
  @Test
  void whatHashesToItsNameIsAsItWasPublished() throws IOException {
    Digest config = sample.publish("{}");
    Digest layer = sample.publish("none");
    Digest manifest =
        sample.publish(
            """
            {"config": {"mediaType": "application/vnd.oci.image.config.v1+json",
              "digest": "%s", "size": 2}, "layers": [
              {"mediaType": "application/json", "digest": "%s", "size": 4}]}
            """
                .formatted(config, layer));
    sample.changeMeta(
        root -> {
          bucket(root, "v1", "moby", "content", "blob", manifest.toString())
              .with(
                  "labels",
                  new BoltTree.Bucket()
                      .with("containerd.io/gc.ref.content.config", config.toString())
                      .with("containerd.io/gc.ref.content.l.0", layer.toString()));
          bucket(root, "v1", "moby", "images")
              .with(
                  "example.com/artefact:1",
                  new BoltTree.Bucket()
                      .with(
                          "target",
                          new BoltTree.Bucket()
                              .with("digest", manifest.toString())
                              .with("mediatype", "application/vnd.oci.image.manifest.v1+json")));
        });

    assertThat(told(report())).isEmpty();
    assertThat(sample.read().images()).containsKey(new ImageId(manifest));
  }

  @Test
  void aTargetWithoutRecordDanglesWhateverItsFile() throws IOException {
    ImageId image = idOf("imported:1");
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "content", "blob").items().remove(image.toString()));

    assertThat(told(report())).containsExactly("reference_dangling unusable ");
  }

  @Test
  void aSnapshotWithoutRecordBelowAnotherIsMissing() throws IOException {
    String below = snapshot(topLayer()).parent().orElseThrow();
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "snapshots", "overlayfs").items().remove(below));

    assertThat(told(report())).contains("layer_missing wrong_data " + below);
  }

  /// A build that was killed before it had unpacked what it had made once before.
  @Test
  void aTopThatOnlyALabelClaimsIsUnpackedAtNeed() throws IOException {
    String top = topLayer();
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "snapshots", "overlayfs").items().remove(top));

    assertThat(told(report())).isEmpty();
  }

  @Test
  void aSnapshotThatTheSnapshotterLostIsTold() throws IOException {
    String top = topLayer();
    String name = snapshot(top).name();
    sample.changeMetadata(root -> bucket(root, "v1", "snapshots").items().remove(name));

    assertThat(told(report())).containsExactly("snapshot_record_missing unusable " + top);
  }

  /// As a kill of containerd leaves it, which commits to the snapshotter's database first.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "b257bc09fd4da4ff102b5c92f8be922501857b16ca25bb3bd2f0738b75071e6d-init-key",
        "extract-931392876-Kn2o sha256:"
            + "668258829f0ce20535b8afd2e60e5d7df71d1f97d56c4d2f65ebc625e0a3f50c",
        "extract-564092252-wxy_-sha256:"
            + "4e3475328a36e491bd5af3933766ecbae90b42a5e532ddf623f718bd98af1a9f",
        "564092252-w-y_-sha256:"
            + "4e3475328a36e491bd5af3933766ecbae90b42a5e532ddf623f718bd98af1a9f",
        "qccahnytlpmymm287oc94i0mn",
        "5d0fa2bd9bd0b3f5b5a5c1b7ee7c0ce3b8b5a3d9b3a5b7f0c2d4e6f8a0b1c2d3"
      })
  void aCommitThatWasInterruptedIsNoLoss(String key) throws IOException {
    addLostSnapshot(key);

    assertThat(told(report())).isEmpty();
  }

  /// A layer of a pull that was given up, and what a container mounts of an image.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256:668258829f0ce20535b8afd2e60e5d7df71d1f97d56c4d2f65ebc625e0a3f50c",
        "b257bc09fd4da4ff102b5c92f8be922501857b16ca25bb3bd2f0738b75071e6d-app:1"
      })
  void aLostSnapshotThatOnlyALeaseHoldsIsTold(String key) throws IOException {
    addLostSnapshot(key);

    assertThat(told(report())).containsExactly("snapshot_record_missing unusable " + key);
  }

  /// One that a lease holds and the snapshotter does not know.
  private void addLostSnapshot(String key) throws IOException {
    sample.changeMeta(
        root -> {
          bucket(root, "v1", "moby", "snapshots", "overlayfs")
              .with(
                  key,
                  new BoltTree.Bucket()
                      .with("name", "moby/3417/" + key)
                      .with("parent", topLayer()));
          bucket(root, "v1", "moby", "leases")
              .with(
                  "work",
                  new BoltTree.Bucket()
                      .with(
                          "snapshots",
                          new BoltTree.Bucket()
                              .with("overlayfs", new BoltTree.Bucket().with(key, ""))));
        });
  }

  @Test
  void parentsThatDifferAreToldOnce() throws IOException {
    String top = topLayer();
    String name = snapshot(top).name();
    sample.changeMetadata(
        root -> bucket(root, "v1", "snapshots", name).with("parent", "moby/1/elsewhere"));

    assertThat(told(report())).containsExactly("snapshot_parent_mismatch unusable " + top);
  }

  @Test
  void aParentThatBothRecordAndTheConfigurationDoesNotImplyIsAnotherChain() throws IOException {
    String top = topLayer();
    String name = snapshot(top).name();
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "snapshots", "overlayfs", top).items().remove("parent"));
    sample.changeMetadata(root -> bucket(root, "v1", "snapshots", name).items().remove("parent"));

    assertThat(told(report())).containsExactly("chain_id_mismatch wrong_data " + top);
  }

  @Test
  void aLostDirectoryIsMissing() throws IOException {
    String top = topLayer();
    Path directory = sample.directory(snapshot(top).stored().orElseThrow().number());
    Files.delete(directory.resolve("fs"));

    assertThat(told(report())).containsExactly("layer_directory_missing unusable " + top);
  }

  @Test
  void aSnapshotWithoutSizeOnlyHasWrongFigures() throws IOException {
    String top = topLayer();
    String name = snapshot(top).name();
    sample.changeMetadata(root -> bucket(root, "v1", "snapshots", name).items().remove("size"));

    assertThat(told(report())).containsExactly("layer_metadata_invalid wrong_data " + top);
  }

  @Test
  void aContainerThatLostItsSnapshotOrDirectoryIsTold() throws IOException {
    String container = healthy.containers().getFirst().id();
    Path directory =
        sample.directory(snapshot(container + "-init").stored().orElseThrow().number());
    Files.delete(directory.resolve("fs"));

    assertThat(told(report())).containsExactly("container_mount_missing unusable ");
  }

  @Test
  void aContainerWhoseSnapshotTheSnapshotterLostHasThatProblemAlone() throws IOException {
    String container = healthy.containers().getFirst().id();
    String name = snapshot(container).name();
    sample.changeMetadata(root -> bucket(root, "v1", "snapshots").items().remove(name));

    assertThat(told(report())).containsExactly("container_mount_missing unusable ");
  }

  @Test
  void aContainerWithoutLeaseLosesItsWritableLayer() throws IOException {
    String container = healthy.containers().getFirst().id();
    sample.changeMeta(root -> bucket(root, "v1", "moby", "leases").items().remove(container));

    assertThat(told(report())).containsExactly("container_lease_missing unusable " + container);
  }

  @Test
  void aLeaseThatDoesNotNameTheWritableLayerDoesNotKeepIt() throws IOException {
    String container = healthy.containers().getFirst().id();
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "leases", container).items().remove("snapshots"));

    assertThat(told(report())).containsExactly("container_lease_missing unusable " + container);
  }

  @Test
  void aManifestWithoutLabelsProtectsNothing() throws IOException {
    Digest manifest = manifestOf("imported:1").digest();
    removeLabels(manifest, "containerd.io/gc.ref.content");

    Report report = report();

    assertThat(told(report)).containsExactly("gc_label_missing wrong_data " + manifest);
    assertThat(report.findings().getFirst().affectedImages()).containsExactly(idOf("imported:1"));
  }

  /// What another image keeps as well is gone with that one.
  @Test
  void aManifestThatLabelsAllButOneOfItsBlobsHasLostALabel() throws IOException {
    Digest manifest = manifestOf("moved:1").digest();
    removeLabels(manifest, "containerd.io/gc.ref.content.1");

    assertThat(told(report())).containsExactly("gc_label_missing wrong_data " + manifest);
  }

  @Test
  void aConfigurationWithoutLabelDoesNotProtectItsSnapshots() throws IOException {
    Digest config = configOf("imported:1");
    removeLabels(config, "containerd.io/gc.ref.snapshot");

    assertThat(told(report())).containsExactly("gc_label_missing wrong_data " + config);
  }

  @Test
  void aDatabaseThatIsEmptyCutOrGoneIsInvalid() throws IOException {
    for (Path database : List.of(sample.meta(), sample.metadata())) {
      byte[] content = Files.readAllBytes(database);
      for (int length : List.of(0, 100, content.length / 2)) {
        try (var file = FileChannel.open(database, StandardOpenOption.WRITE)) {
          file.truncate(length);
        }
        assertThat(told(report()))
            .as(length + " bytes")
            .containsExactly("store_database_invalid unusable ");
        Files.write(database, content);
      }
      Files.delete(database);
      assertThat(told(report())).containsExactly("store_database_invalid unusable ");
      Files.write(database, content);
    }
    assertThat(told(report())).isEmpty();
  }

  /// Containerd makes a new one when it starts without, and Docker then has no image: nothing that
  /// is here may be called waste.
  @Test
  void aNewDatabaseBesideBlobsIsInvalid() throws IOException {
    sample.changeMeta(
        root -> bucket(root, "v1").items().values().removeIf(BoltTree.Bucket.class::isInstance));

    assertThat(told(report())).containsExactly("store_database_invalid unusable ");
  }

  /// Containerd makes a new one when it starts without.
  @Test
  void aDatabaseOfTheSnapshotterThatIsNewIsInvalid() throws IOException {
    sample.changeMetadata(root -> root.items().clear());

    assertThat(told(report())).containsExactly("store_database_invalid unusable ");
  }

  @Test
  void aDatabaseOfAnotherVersionIsUnreadable() throws IOException {
    sample.changeMeta(root -> bucket(root, "v1").with("version", "\u0012"));

    Report report = report();

    assertThat(told(report)).isEmpty();
    assertThat(report.completeKinds()).doesNotContain(Kind.BLOB_MISSING, Kind.LAYER_MISSING);
    assertThat(sample.read().unreadable().reasons().values())
        .singleElement()
        .asString()
        .endsWith("unknown version 9 of meta.db, expected 3 or 4");
  }

  @Test
  void aRingOfParentsEnds() throws IOException {
    String top = topLayer();
    String below = snapshot(top).parent().orElseThrow();
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "snapshots", "overlayfs", below).with("parent", top));

    assertThat(told(report())).contains("snapshot_parent_mismatch unusable " + below);
  }

  private NamedBlob manifestOf(String name) {
    return blobOf(name, Role.MANIFEST);
  }

  private Digest configOf(String name) {
    return blobOf(name, Role.CONFIG).digest();
  }

  private NamedBlob blobOf(String name, Role role) {
    ImageId image = idOf(name);
    return blobs(role).filter(blob -> blob.images().contains(image)).findFirst().orElseThrow();
  }

  private void removeLabels(Digest blob, String prefix) throws IOException {
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob", blob.toString(), "labels")
                .items()
                .keySet()
                .removeIf(label -> label.startsWith(prefix)));
  }

  /// The top layer of an image that nothing stands on.
  private String topLayer() {
    ImageId image = idOf("moved:1");
    return Objects.requireNonNull(healthy.images().get(image))
        .rootFs()
        .chainIds()
        .getLast()
        .toString();
  }

  private ImageId idOf(String name) {
    return healthy.references().stream()
        .filter(reference -> reference.name().equals(name))
        .flatMap(reference -> reference.imageId().stream())
        .findFirst()
        .orElseThrow();
  }

  private SnapshotRecord snapshot(String key) {
    return Objects.requireNonNull(healthy.snapshots().get(key), key);
  }

  private NamedBlob unpackedLayer() {
    return blobs(Role.LAYER).filter(NamedBlob::unpacked).findFirst().orElseThrow();
  }

  private NamedBlob blob(Role role) {
    return blobs(role).findFirst().orElseThrow();
  }

  private Stream<NamedBlob> blobs(Role role) {
    return healthy.namedBlobs().values().stream()
        .filter(blob -> blob.role() == role && blob.isRecorded());
  }

  private void replace(Digest blob, String from, String to) throws IOException {
    Path file = sample.blob(blob);
    String content = Files.readString(file);
    assertThat(content).contains(from);
    Files.writeString(file, content.replaceFirst(from, to));
  }

  private Report report() {
    return CheckedSample.report(sample);
  }

  private static List<String> told(Report report) {
    return CheckedSample.told(report);
  }
}
