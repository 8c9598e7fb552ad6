package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.content.BackgroundScrub.Settings;
import io.github.dockerimageexporter.content.hidden.ChainRecords;
import io.github.dockerimageexporter.content.hidden.HiddenBytesReader;
import io.github.dockerimageexporter.demo.ContainerdSampleStore;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerEvidence.Allocated;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A store of which one scan cannot read a part.
@Timeout(60)
class HiddenLayersTest {
  private static final Duration NEVER = Duration.ofDays(36_500);
  private static final ChainId LAYER = chainId("base");
  private static final String LAYERS = "image/overlay2/layerdb/sha256";
  private static final String IMAGES = "image/overlay2/imagedb/content/sha256";
  private static final String CONTAINERD = "containerd/daemon/io.containerd.";
  private static final String BLOBS = CONTAINERD + "content.v1.content/blobs/sha256";
  private static final String SNAPSHOTS = CONTAINERD + "snapshotter.v1.overlayfs/";

  @TempDir private Path dataRoot;
  @TempDir private Path aside;
  private final LayerWalks walks = new LayerWalks(InstantSource.system());
  private final ReadingCache readings =
      new ReadingCache(1, NEVER, Duration.ZERO, walks, false, () -> {});
  private final BackgroundScrub scrub =
      new BackgroundScrub(
          new Settings(true, true, 0, NEVER),
          Duration.ZERO,
          walks,
          InstantSource.system(),
          () -> {});

  private final HiddenBytesReader hidden =
      new HiddenBytesReader(ChainRecords.withBlobs(scrub.paceOfOthers()), () -> {});

  /// What is known of the layer, and of what is hidden in the image.
  private record Known(
      Optional<Scrubbed> shape,
      Optional<Scrubbed> content,
      Optional<Allocated> allocated,
      Optional<TarSplit> record,
      OptionalLong hiddenBytes) {

    /// Whether it is all there is to know.
    ///
    /// @param isRecorded whether it has a record beside its tar
    boolean isAll(boolean isRecorded) {
      return shape.isPresent()
          && content.isPresent()
          && allocated.isPresent()
          && hiddenBytes.isPresent()
          && record.isPresent() == isRecorded;
    }
  }

  @AfterEach
  void stop() {
    hidden.close();
    scrub.close();
    readings.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"overlay2", "image", LAYERS, LAYERS + "/%s/diff", IMAGES, IMAGES + "/%s"})
  void whatIsKnownOfALayerOfAGraphDriverOutlivesAScanThatDoesNotFindIt(String place)
      throws IOException {
    ImageId image = new SampleStore(dataRoot).image("app:1", "base");

    assertOutlives(
        place.formatted(place.startsWith(LAYERS) ? LAYER.digest().hex() : image.digest().hex()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "containerd",
        BLOBS,
        BLOBS + "/%s",
        CONTAINERD + "metadata.v1.bolt/meta.db",
        SNAPSHOTS + "metadata.db",
        SNAPSHOTS + "snapshots"
      })
  void whatIsKnownOfALayerInContainerdOutlivesAScanThatDoesNotFindIt(String place)
      throws IOException {
    ImageId image = new ContainerdSampleStore(dataRoot).image("app:1", "base");

    assertOutlives(place.formatted(image.digest().hex()));
  }

  @Test
  void whatIsKnownOfALayerThatIsGoneIsForgotten() throws IOException {
    var store = new ContainerdSampleStore(dataRoot);
    ImageId image = store.image("app:1", "base");
    store.image("other:1", "other");
    awaitKnown();

    store.remove(image);
    track();

    assertThat(scrub.known().readings().get(Depth.CONTENT)).hasSize(1);
    assertThat(readings.known().usages()).hasSize(1);
  }

  private void assertOutlives(String place) throws IOException {
    Known before = awaitKnown();
    Path hidden = dataRoot.resolve(place);
    Path moved = aside.resolve("hidden");

    Files.move(hidden, moved);
    makeUnreadable(hidden, Files.isDirectory(moved));
    Observation without = track();
    Files.delete(hidden);
    Files.move(moved, hidden);

    assertThat(without.isWhole()).isFalse();
    assertThat(known(track())).isEqualTo(before);
  }

  private static void makeUnreadable(Path path, boolean isDirectory) throws IOException {
    if (isDirectory) {
      Files.createSymbolicLink(path, Path.of("nowhere"));
      return;
    }
    try (var tooLong = new RandomAccessFile(path.toFile(), "rw")) {
      tooLong.setLength(1L << 30);
    }
  }

  private Known awaitKnown() {
    boolean isRecorded = Files.exists(dataRoot.resolve(LAYERS));
    return await().until(() -> known(track()), known -> known.isAll(isRecorded));
  }

  private Known known(Observation seen) {
    LayerEvidence evidence =
        readings.known().with(scrub.known()).evidence(seen.stores().getFirst().store());
    return new Known(
        evidence.scrubbed(LAYER, Depth.SHAPE),
        evidence.scrubbed(LAYER, Depth.CONTENT),
        evidence.allocated(LAYER),
        evidence.tarSplit(LAYER),
        hidden.show(seen).stores().getFirst().hidden().in(List.of(LAYER)));
  }

  /// Scans, as the exporter does.
  private Observation track() {
    Observation seen =
        new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scan(Freshness.EVERY_FILE);
    scrub.track(seen, () -> readings.track(seen));
    hidden.track(seen, readings.known().with(scrub.known()));
    return seen;
  }
}
