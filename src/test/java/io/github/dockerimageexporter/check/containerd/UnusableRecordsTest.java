package io.github.dockerimageexporter.check.containerd;

import static io.github.dockerimageexporter.check.containerd.CheckedSample.told;
import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Records and documents that lead nowhere, or to something else than they say: none of them is
/// lost without a word.
class UnusableRecordsTest {
  private static final String OCI = "application/vnd.oci.image.";
  private static final String MANIFEST = OCI + "manifest.v1+json";
  private static final String INDEX = OCI + "index.v1+json";
  private static final String OTHER_ALGORITHM = "sha512:" + "5".repeat(128);
  private static final String NAME = "imported:1";

  @TempDir private Path dataRoot;
  private ContainerdSample sample;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"garbage", "sha256:xyz", "sha512:55", "md5:d41d8cd98f00b204e9800998ecf8427e"})
  void anImageWhoseTargetIsNoDigestStopsTheWholeHost(String digest) throws IOException {
    changeTarget(NAME, target -> target.with("digest", digest));

    Finding finding = report().findings().getFirst();

    assertThat(told(report())).containsExactly("references_invalid unusable ");
    assertThat(finding.problem().stopsHost()).isTrue();
    assertThat(Explanation.message(finding.problem()))
        .isEqualTo(
            "invalid list of references: the target of docker.io/library/imported:1 is not a"
                + " digest, but \"%s\"",
            digest);
  }

  /// Docker lists no image of another namespace.
  @Test
  void anImageOfKubernetesWhoseTargetIsNoDigestStopsNobody() throws IOException {
    sample.changeMeta(
        root -> {
          BoltTree.Bucket images = bucket(root, "v1", "k8s.io", "images");
          bucket(images, images.items().firstKey(), "target").with("digest", "garbage");
        });
    var settings = new ContainerdSettings(Optional.empty(), List.of("k8s.io"));
    StoreSnapshot store =
        new StoreReader(dataRoot, settings).read(Freshness.EVERY_FILE).stores().getFirst();

    Report report = CheckedSample.report(store, Instant.EPOCH);

    assertThat(told(report)).containsExactly("references_invalid unusable ");
    assertThat(report.findings().getFirst().problem().stopsHost()).isFalse();
  }

  @Test
  void anImageWithoutTargetStopsTheWholeHost() throws IOException {
    sample.changeMeta(root -> image(root, NAME).items().remove("target"));

    assertThat(told(report())).containsExactly("references_invalid unusable ");
  }

  @Test
  void aTargetOfAnotherAlgorithmDanglesIfItHasNoRecord() throws IOException {
    changeTarget(NAME, target -> target.with("digest", OTHER_ALGORITHM));

    assertThat(told(report())).containsExactly("reference_dangling unusable ");
    assertThat(sample.read().references()).contains(new Reference(NAME, OTHER_ALGORITHM));
  }

  @Test
  void whatOnlyAnotherAlgorithmNamesIsUnreadable() throws IOException {
    changeTarget(NAME, target -> target.with("digest", OTHER_ALGORITHM));
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "content", "blob")
                .with(OTHER_ALGORITHM, new BoltTree.Bucket().with("size", "\u0002")));

    assertThat(told(report())).isEmpty();
    assertThat(report().completeKinds()).doesNotContain(Kind.BLOB_MISSING, Kind.LAYER_MISSING);
    assertThat(sample.read().unreadable().reasons().values())
        .singleElement()
        .asString()
        .startsWith("found " + OTHER_ALGORITHM)
        .endsWith("; only what is named by a sha256 digest is read");
  }

  @Test
  void directoriesOfOtherAlgorithmsAreUnreadable() throws IOException {
    Path blobs = Objects.requireNonNull(sample.blob(Digest.of(new byte[0])).getParent());
    Path other = Files.createDirectories(blobs.resolveSibling("sha512"));

    assertThat(sample.read().unreadable().reasons())
        .containsOnlyKeys(dataRoot.relativize(other).toString());
  }

  @Test
  void anIndexThatNamesAnotherAlgorithmIsUnreadable() throws IOException {
    Digest index =
        sample.publish(
            """
            {"manifests": [{"mediaType": "%s", "digest": "%s", "size": 2}]}
            """
                .formatted(MANIFEST, OTHER_ALGORITHM));
    name("example.com/other:1", index, INDEX);

    assertThat(told(report())).isEmpty();
    assertThat(sample.read().unreadable().images()).containsExactly(new ImageId(index));
  }

  /// Docker lists no image of the host for some of them.
  @ParameterizedTest
  @CsvSource({
    "imported:1, application/vnd.oci.image.index.v1+json, true",
    "varied:attested, application/vnd.oci.image.manifest.v1+json, true",
    "varied:attested, application/vnd.oci.image.config.v1+json, false",
    "imported:1, text/plain, false",
  })
  void anImageRecordedAsSomethingElseIsInvalid(String name, String type, boolean stopsHost)
      throws IOException {
    ImageId image = sample.idOf(name);
    changeTarget(name, target -> target.with("mediatype", type));

    Report report = report();

    assertThat(told(report)).containsExactly("manifest_invalid unusable " + image);
    Finding finding = report.findings().getFirst();
    assertThat(finding.affectedImages()).containsExactly(image);
    assertThat(finding.problem().stopsHost()).isEqualTo(stopsHost);
  }

  @Test
  void oneOfTwoNamesOfAnImageThatIsRecordedAsSomethingElseIsInvalid() throws IOException {
    ImageId image = sample.idOf(NAME);
    name("example.com/second:1", image.digest(), INDEX);

    assertThat(told(report())).containsExactly("manifest_invalid unusable " + image);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "[]", "{}", "{\"config\": {\"digest\": \"garbage\"}}"})
  void whatIsPublishedAsAManifestAndIsNoneIsInvalid(String content) throws IOException {
    Digest manifest = sample.publish(content);
    name("example.com/none:1", manifest, MANIFEST);

    assertThat(told(report())).containsExactly("manifest_invalid unusable " + manifest);
  }

  /// "descriptor is neither a manifest or index" (26.1, 28.5).
  @ParameterizedTest
  @ValueSource(strings = {"json", "prettyjws"})
  void aManifestOfSchema1IsInvalid(String form) throws IOException {
    Digest manifest = sample.publish("{\"schemaVersion\": 1, \"fsLayers\": []}");
    name("example.com/old:1", manifest, "application/vnd.docker.distribution.manifest.v1+" + form);

    Finding finding = report().findings().getFirst();

    assertThat(told(report())).containsExactly("manifest_invalid unusable " + manifest);
    assertThat(finding.affectedImages()).containsExactly(new ImageId(manifest));
    assertThat(finding.problem().stopsHost()).isFalse();
    assertThat(Explanation.message(finding.problem()))
        .isEqualTo("blob %s: invalid: a manifest of schema 1, which Docker does not run", manifest);
  }

  /// Docker lists it without any platform.
  @Test
  void anIndexThatListsNothingIsHealthy() throws IOException {
    Digest index = sample.publish("{}");
    name("example.com/nothing:1", index, INDEX);

    assertThat(told(report())).isEmpty();
    assertThat(sample.read().images()).containsKey(new ImageId(index));
  }

  @Test
  void aSnapshotThatHasLostItsNameIsNoneOfTheSnapshotters() throws IOException {
    ImageId image = sample.idOf("moved:1");
    List<?> chain = Objects.requireNonNull(sample.read().images().get(image)).rootFs().chainIds();
    String top = String.valueOf(chain.getLast());
    sample.changeMeta(
        root -> bucket(root, "v1", "moby", "snapshots", "overlayfs", top).items().remove("name"));

    assertThat(told(report())).containsExactly("snapshot_record_missing unusable " + top);
  }

  private void changeTarget(String name, Consumer<BoltTree.Bucket> change) throws IOException {
    sample.changeMeta(root -> change.accept(bucket(image(root, name), "target")));
  }

  private static BoltTree.Bucket image(BoltTree.Bucket root, String name) {
    return bucket(root, "v1", "moby", "images", "docker.io/library/" + name);
  }

  private void name(String name, Digest target, String type) throws IOException {
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "images")
                .with(
                    name,
                    new BoltTree.Bucket()
                        .with(
                            "target",
                            new BoltTree.Bucket()
                                .with("digest", target.toString())
                                .with("mediatype", type))));
  }

  private Report report() {
    return CheckedSample.report(sample);
  }
}
