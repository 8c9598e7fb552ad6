package io.github.dockerimageexporter.content;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.Blob;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.store.containerd.ContainerdSample;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A layer that two images have in blobs of different compression. Those of the sample hold zeros.
@Timeout(60)
class TwinBlobsTest {
  @TempDir private Path dataRoot;
  private ContainerdSample sample;
  private ChainId layer;
  private Path directory;
  private Blob first;
  private Blob twin;

  @BeforeEach
  void findTheLayer() throws IOException {
    sample = ContainerdSample.in(dataRoot);
    var store = sample.read();
    Map.Entry<ChainId, LayerRecord> found =
        store.layerRecords().entrySet().stream()
            .filter(record -> record.getValue() instanceof Blob blob && !blob.twins().isEmpty())
            .findFirst()
            .orElseThrow();
    layer = found.getKey();
    first = (Blob) found.getValue();
    twin = ((Blob) found.getValue()).twins().getFirst();
    directory = requireNonNull(store.layerDirectories().get(layer)).path();
  }

  @Test
  void theLayerIsTheSameWithoutTheImageThatHasItInTheOtherBlob() throws IOException {
    Set<LayerState> before = layers();
    removeImagesOf(twin);

    assertThat(states(_ -> true).map(LayerState::held)).doesNotContain(Held.ofBlob(twin));
    assertThat(layers()).isEqualTo(before).isNotEmpty();
  }

  @Test
  void theBlobThatContainerdHasHadLongestIsTheOneThatIsCompared() throws IOException {
    for (Blob eldest : List.of(twin, first)) {
      setCreated(eldest, eldest.equals(twin) ? 1 : 0);

      assertThat(((Blob) requireNonNull(sample.read().layerRecords().get(layer))).digest())
          .isEqualTo(eldest.digest());
    }
  }

  @Test
  void theLayerIsTheSameWithoutTheImageThatBroughtItInAnotherBlobLater() throws IOException {
    setCreated(twin, 0);
    Set<LayerState> before = layers();
    removeImagesOf(first);

    assertThat(states(_ -> true).map(LayerState::held)).doesNotContain(Held.ofBlob(first));
    assertThat(layers()).isEqualTo(before).isNotEmpty();
  }

  /// @param seconds since the year 1
  private void setCreated(Blob blob, int seconds) throws IOException {
    sample.changeMeta(
        root ->
            ContainerdSample.bucket(root, "v1", "moby", "content", "blob", blob.digest().toString())
                .with("createdat", "\1" + "\0".repeat(7) + (char) seconds + "\0".repeat(6)));
  }

  @Test
  void theOtherBlobIsReadOnItsOwn() throws InterruptedException {
    try (var reader = ScrubReader.once(ScrubScope.everyLayer(Depth.CONTENT), Duration.ZERO)) {
      reader.track(scan());
      reader.awaitIdle();

      assertThat(reader.results()).containsKey(Held.ofBlob(twin));
    }
  }

  @Test
  void theOtherBlobIsReadWithTheLayerThatIsWanted() {
    assertThat(states(directory::equals).map(LayerState::held))
        .contains(Held.ofBlob(twin))
        .allMatch(held -> held.equals(Held.ofBlob(twin)) || held.directory().equals(directory));
    assertThat(states(_ -> false)).isEmpty();
  }

  /// Two namespaces may have a record of one blob.
  @Test
  void whatIsGoneIsForgottenThoughTwoStoresHaveWhatIsLeft() throws Exception {
    try (var reader = ScrubReader.once(ScrubScope.everyLayer(Depth.CONTENT), Duration.ZERO)) {
      track(reader);
      reader.awaitIdle();
      assertThat(reader.results()).containsKey(Held.ofBlob(twin));

      removeImagesOf(twin);
      track(reader);

      assertThat(reader.results()).isNotEmpty().doesNotContainKey(Held.ofBlob(twin));
    }
  }

  private void track(ScrubReader reader) {
    Observation seen = scan();
    List<ScrubTargets> stores = ScrubStores.everyLayer().of(seen);
    reader.track(seen, Collections.nCopies(2, stores).stream().flatMap(List::stream).toList());
  }

  private Set<LayerState> layers() {
    return states(_ -> true).filter(state -> state.layer().equals(layer)).collect(toSet());
  }

  private Stream<LayerState> states(Predicate<Path> wanted) {
    return new ScrubLine(Depth.CONTENT, new KeptShapes(), wanted)
        .of(ScrubStores.everyLayer().of(scan())).keySet().stream();
  }

  private void removeImagesOf(Blob blob) throws IOException {
    var store = sample.read();
    Set<String> names =
        store.namedBlobs().values().stream()
            .filter(named -> named.digest().equals(blob.digest()))
            .flatMap(named -> named.images().stream())
            .flatMap(
                id ->
                    store.references().stream()
                        .filter(reference -> reference.imageId().filter(id::equals).isPresent()))
            .map(reference -> reference.name())
            .collect(toSet());
    sample.changeMeta(
        root -> {
          BoltTree.Bucket images = ContainerdSample.bucket(root, "v1", "moby", "images");
          images.items().keySet().removeIf(name -> names.stream().anyMatch(name::endsWith));
          ContainerdSample.bucket(root, "v1", "moby", "content", "blob")
              .items()
              .remove(blob.digest().toString());
        });
  }

  private Observation scan() {
    return new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
        .scan(Freshness.EVERY_FILE);
  }
}
