package io.github.dockerimageexporter.check.containerd;

import static io.github.dockerimageexporter.check.containerd.CheckedSample.told;
import static io.github.dockerimageexporter.store.containerd.ContainerdSample.bucket;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.CheckedStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.store.StoreReader;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An image whose manifest has lost all its labels, after containerd has collected what they kept.
class LostLabelsTest {
  private static final String IMAGE = "imported:1";

  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private ContainerdSnapshot healthy;

  @BeforeEach
  void unpack() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    healthy = sample.read();
  }

  @Test
  void itsConfigurationIsMissing() throws IOException {
    loseLabels("moby", manifest(IMAGE));
    collect("moby", blob(IMAGE, Role.CONFIG));
    collect("moby", blob(IMAGE, Role.LAYER));
    collectSnapshot();

    assertThat(told(CheckedSample.report(sample)))
        .containsExactly("blob_missing unusable " + blob(IMAGE, Role.CONFIG));
  }

  @Test
  void itsLayerIsMissingWhereSomethingElseKeepsTheConfiguration() throws IOException {
    loseLabels("moby", manifest(IMAGE));
    collect("moby", blob(IMAGE, Role.LAYER));
    sample.changeMeta(
        root ->
            bucket(
                    root,
                    "v1",
                    "moby",
                    "content",
                    "blob",
                    blob(IMAGE, Role.CONFIG).toString(),
                    "labels")
                .with("containerd.io/gc.root", "kept"));
    collectSnapshot();

    assertThat(told(CheckedSample.report(sample)))
        .containsExactly("blob_missing unusable " + blob(IMAGE, Role.LAYER));
  }

  /// The engine skips a layer that another image has unpacked.
  @Test
  void aLayerThatIsUnpackedWasNotFetched() throws IOException {
    loseLabels("moby", manifest(IMAGE));
    collect("moby", blob(IMAGE, Role.LAYER));

    assertThat(told(CheckedSample.report(sample)))
        .containsExactly("gc_label_missing wrong_data " + manifest(IMAGE));
  }

  /// BuildKit looks at the manifest of a platform without labelling it, and the one that was pulled
  /// may have been removed since.
  @Test
  void aPlatformOfAnIndexWasNotFetched() throws IOException {
    String image = "varied:attested";
    loseLabels("moby", blob(image, Role.MANIFEST));
    collect("moby", blob(image, Role.CONFIG));

    assertThat(told(CheckedSample.report(sample))).isEmpty();
  }

  /// There others than Docker bring images.
  @Test
  void inAnotherNamespaceNothingWasFetched() throws IOException {
    var settings = new ContainerdSettings(Optional.empty(), List.of("k8s.io"));
    var store = (ContainerdSnapshot) read(settings);
    Digest manifest =
        store.namedBlobs().values().stream()
            .filter(blob -> blob.role() == Role.MANIFEST && blob.isRecorded())
            .map(NamedBlob::digest)
            .findFirst()
            .orElseThrow();
    loseLabels("k8s.io", manifest);
    for (NamedBlob blob : store.namedBlobs().values()) {
      if (blob.role() == Role.CONFIG || blob.role() == Role.LAYER) {
        collect("k8s.io", blob.digest());
      }
    }

    assertThat(told(CheckedSample.report(read(settings), Instant.EPOCH))).isEmpty();
  }

  private StoreSnapshot read(ContainerdSettings settings) {
    return new StoreReader(dataRoot, settings).read(Freshness.EVERY_FILE).stores().getFirst();
  }

  private Digest manifest(String image) {
    return sample.idOf(image).digest();
  }

  private Digest blob(String image, Role role) {
    return healthy.namedBlobs().values().stream()
        .filter(blob -> blob.role() == role && blob.isRecorded())
        .filter(blob -> blob.images().contains(sample.idOf(image)))
        .map(NamedBlob::digest)
        .findFirst()
        .orElseThrow();
  }

  private void loseLabels(String namespace, Digest manifest) throws IOException {
    sample.changeMeta(
        root ->
            bucket(root, "v1", namespace, "content", "blob", manifest.toString())
                .items()
                .remove("labels"));
  }

  private void collect(String namespace, Digest blob) throws IOException {
    sample.changeMeta(
        root -> bucket(root, "v1", namespace, "content", "blob").items().remove(blob.toString()));
    Files.deleteIfExists(sample.blob(blob));
  }

  /// That of the only layer.
  private void collectSnapshot() throws IOException {
    ImageManifest manifest =
        requireNonNull(healthy.images().get(sample.idOf(IMAGE))).manifests().getFirst();
    ChainId layer = manifest.rootFs().chainIds().getFirst();
    var snapshot = requireNonNull(healthy.snapshots().get(layer.toString()));
    sample.changeMeta(
        root ->
            bucket(root, "v1", "moby", "snapshots", "overlayfs").items().remove(layer.toString()));
    sample.changeMetadata(root -> bucket(root, "v1", "snapshots").items().remove(snapshot.name()));
    CheckedStore.delete(sample.directory(snapshot.stored().orElseThrow().number()));
  }
}
