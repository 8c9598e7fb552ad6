package io.github.dockerimageexporter.check.containerd;

import static io.github.dockerimageexporter.check.containerd.CheckedSample.told;
import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.check.CheckedStore;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph.Holder;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Content of containerd's store that is gone, as a whole or of single snapshots, or not the
/// recorded one.
class LostContentTest {
  private static final String LINK =
      "found a symbolic link; containerd follows it, the exporter does not";

  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private ContainerdSnapshot healthy;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    healthy = sample.read();
  }

  @Test
  void aContentStoreWithoutAnyBlobIsOneProblemOfAllImages() throws IOException {
    Path blobs = blobs();
    CheckedStore.delete(blobs);

    Report report = report();

    assertThat(told(report)).containsExactly("driver_directory_empty unusable ");
    Finding finding = report.findings().getFirst();
    assertThat(finding.affectedImages()).containsExactlyElementsOf(healthy.images().keySet());
    assertThat(finding.problem().path()).isEqualTo(dataRoot.relativize(blobs).toString());
    Files.createDirectory(blobs);
    assertThat(told(report())).containsExactly("driver_directory_empty unusable ");
  }

  @Test
  void aContentStoreThatCannotBeSeenIsUnreadable() throws IOException {
    CheckedStore.delete(blobs().resolve("../..").normalize());

    Report report = report();

    assertThat(told(report)).isEmpty();
    assertThat(sample.read().unreadable().reasons())
        .containsExactly(
            Map.entry(
                dataRoot.relativize(blobs()).toString(),
                "does not exist, but containerd has records of blobs"));
    assertThat(sample.read().imageIds()).containsExactlyElementsOf(healthy.images().keySet());
    assertThat(sample.read().unreadable().images()).isEqualTo(healthy.images().keySet());
    assertThat(report.completeKinds())
        .doesNotContain(Kind.BLOB_MISSING, Kind.DRIVER_DIRECTORY_EMPTY, Kind.LAYER_MISSING);
  }

  /// containerd follows it.
  @Test
  void aBlobThatIsALinkIsUnreadableInsteadOfMissing() throws IOException {
    Digest index = healthy.images().keySet().iterator().next().digest();
    Path blob = sample.blob(index);
    moveBehindALink(blob);

    Report report = report();

    assertThat(told(report)).isEmpty();
    assertThat(sample.read().unreadable().reasons())
        .containsExactly(Map.entry(dataRoot.relativize(blob).toString(), index + ": " + LINK));
    assertThat(report.completeKinds()).doesNotContain(Kind.BLOB_MISSING);
  }

  @Test
  void aDirectoryThatIsALinkIsUnreadableInsteadOfMissing() throws IOException {
    Path directory = sample.directory(number(keptBy(Set.of(Holder.BUILD_CACHE))));
    moveBehindALink(directory);

    Report report = report();

    assertThat(told(report)).isEmpty();
    assertThat(sample.read().unreadable().reasons())
        .containsExactly(Map.entry(dataRoot.relativize(directory).toString(), LINK));
    assertThat(report.completeKinds()).doesNotContain(Kind.LAYER_DIRECTORY_MISSING);
  }

  /// The record of a lost index still has the labels that lead to its manifests, and so on.
  @Test
  void whatOnlyLabelsOfALostBlobLeadToIsOfItsImage() throws IOException {
    ImageId image = sample.idOf("varied:attested");
    for (NamedBlob blob : healthy.namedBlobs().values()) {
      if (blob.images().equals(List.of(image)) && blob.isRecorded()) {
        Files.delete(sample.blob(blob.digest()));
      }
    }

    Map<Digest, List<ImageId>> images =
        sample.read().namedBlobs().values().stream()
            .filter(blob -> blob.file() instanceof BlobFile.Absent && blob.isRecorded())
            .collect(toMap(NamedBlob::digest, NamedBlob::images));

    assertThat(images).hasSizeGreaterThan(3).allSatisfy((_, of) -> assertThat(of).contains(image));
  }

  private void moveBehindALink(Path path) throws IOException {
    Path target = Files.move(path, dataRoot.resolve("moved"));
    Files.createSymbolicLink(path, target);
  }

  @Test
  void allDirectoriesOfSnapshotsAreLostAtOnce() throws IOException {
    Path home = Objects.requireNonNull(sample.directory(0).getParent());
    CheckedStore.delete(home);
    Files.createDirectory(home);

    assertThat(told(report())).containsExactly("driver_directory_empty unusable ");
  }

  /// It moves layers aside elsewhere, and there a pull makes them again.
  @Test
  void adviceIsThatOfItsKindOfStore() {
    Report report = report();

    assertThat(report.firstAid(Kind.LAYER_DIRECTORY_MISSING))
        .startsWith("neither a pull nor removing the image repairs it")
        .isNotEqualTo(Kind.LAYER_DIRECTORY_MISSING.firstAid());
    assertThat(report.firstAid(Kind.BLOB_MISSING)).isEqualTo(Kind.BLOB_MISSING.firstAid());
  }

  @Test
  void aLostDirectoryOfTheBuildCacheIsMissing() throws IOException {
    String key = keptBy(Set.of(Holder.BUILD_CACHE));
    long number = number(key);
    CheckedStore.delete(sample.directory(number));

    Report report = report();

    assertThat(told(report)).containsExactly("layer_directory_missing unusable " + key);
    assertThat(report.findings().getFirst().affectedImages()).isEmpty();
  }

  @Test
  void aSnapshotThatNothingKeepsIsBeingRemoved() throws IOException {
    String key = keptBy(Set.of(Holder.BUILD_CACHE));
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "leases")
                .items()
                .values()
                .forEach(lease -> removeSnapshot((BoltTree.Bucket) lease, key)));
    CheckedStore.delete(sample.directory(number(key)));

    assertThat(told(report())).isEmpty();
  }

  @Test
  void layersThatShareADirectoryDoNotRun() throws IOException {
    List<String> layers =
        healthy.layers().keySet().stream().map(ChainId::toString).limit(2).toList();
    sample.changeMetadata(
        root -> {
          BoltTree.Bucket snapshots = bucket(root, "v1", "snapshots");
          BoltTree.Bucket first = bucket(snapshots, name(layers.getFirst()));
          bucket(snapshots, name(layers.getLast()))
              .items()
              .put("id", Objects.requireNonNull(first.items().get("id")));
        });

    assertThat(told(report())).containsExactly("cache_id_conflict unusable " + layers.getFirst());
  }

  @Test
  void aDirectoryOfAnotherSizeThanRecordedIsTold() {
    Layer layer = healthy.layers().values().iterator().next();

    assertThat(told(report(sizes(Set.of(layer.chainId())))))
        .containsExactly("layer_size_mismatch wrong_data " + layer.chainId());
    assertThat(told(report(sizes(Set.of())))).isEmpty();
  }

  /// Another file system has blocks of another size.
  @Test
  void whereMostDirectoriesHaveAnotherSizeTheStoreWasCopied() {
    Report report = report(sizes(healthy.layers().keySet()));

    assertThat(told(report)).isEmpty();
    assertThat(report.hasUnknownSizes()).isTrue();
    assertThat(report.completeKinds()).doesNotContain(Kind.LAYER_SIZE_MISMATCH);
    assertThat(report(sizes(Set.of())).hasUnknownSizes()).isFalse();
    assertThat(report(sizes(Set.of())).completeKinds()).contains(Kind.LAYER_SIZE_MISMATCH);
  }

  /// Directories whose content is as recorded, with two directories and a block's rounding more,
  /// but for some that have much more.
  private record Sizes(Map<ChainId, Layer> layers, Set<ChainId> grown) implements LayerEvidence {
    @Override
    public Optional<Allocated> allocated(ChainId layer) {
      long recorded = Objects.requireNonNull(layers.get(layer)).sizeBytes();
      return Optional.of(
          new Allocated(grown.contains(layer) ? recorded + 1_000_000 : recorded + 3 * 4096, 4));
    }

    @Override
    public OptionalLong contentBytes(ChainId layer) {
      return OptionalLong.empty();
    }

    @Override
    public Optional<TarSplit> tarSplit(ChainId layer) {
      return Optional.empty();
    }

    @Override
    public boolean isConfirmed(ChainId layer) {
      return false;
    }
  }

  private Sizes sizes(Set<ChainId> grown) {
    return new Sizes(healthy.layers(), grown);
  }

  private Report report(Sizes sizes) {
    return CheckedSample.report(healthy, sizes, Instant.EPOCH);
  }

  private Report report() {
    return CheckedSample.report(sample);
  }

  private Path blobs() {
    return Objects.requireNonNull(sample.blob(Digest.of(new byte[0])).getParent());
  }

  /// The key of a snapshot that nothing else keeps.
  private String keptBy(Set<Holder> holders) {
    return healthy.graph().kept().entrySet().stream()
        .filter(held -> held.getValue().all().equals(holders))
        .flatMap(
            held ->
                held.getKey() instanceof Node.Snapshot(String key)
                    ? Optional.of(key).stream()
                    : Optional.<String>empty().stream())
        .filter(key -> healthy.snapshotDirectories().containsKey(key))
        .sorted()
        .findFirst()
        .orElseThrow();
  }

  private static void removeSnapshot(BoltTree.Bucket lease, String key) {
    if (lease.items().get("snapshots") instanceof BoltTree.Bucket snapshots) {
      bucket(snapshots, "overlayfs").items().remove(key);
    }
  }

  private long number(String key) {
    return Objects.requireNonNull(healthy.snapshots().get(key)).stored().orElseThrow().number();
  }

  private String name(String key) {
    return Objects.requireNonNull(healthy.snapshots().get(key)).name();
  }
}
