package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.content.BackgroundScrub.Settings;
import io.github.dockerimageexporter.demo.ContainerdSampleStore;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ScanProgress;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A layer that is measured, and scrubbed at both depths again and again.
@Timeout(60)
class BothDepthsTest {
  private static final String FILE = "etc/base.conf";
  private static final Set<Fault> SOUND = Set.of();

  @TempDir private Path dataRoot;
  private ChainId layer = chainId("base");
  private final LayerWalks walks = new LayerWalks(InstantSource.system());
  private final ReadingCache readings =
      new ReadingCache(1, Duration.ofDays(1), Duration.ZERO, walks, false, () -> {});
  private final BackgroundScrub scrub =
      new BackgroundScrub(
          new Settings(true, true, 0, Duration.ofMillis(50)),
          Duration.ZERO,
          walks,
          InstantSource.system(),
          () -> {});

  @AfterEach
  void stop() {
    scrub.close();
    readings.close();
  }

  @Test
  void whatIsMissingInALayerOfABlobIsFoundAtBothUntilItIsBack() throws IOException {
    Path file = pulled();
    awaitFaults(SOUND, SOUND);

    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    awaitFaults(Set.of(Fault.FILE_MISSING), Set.of(Fault.FILE_MISSING));

    Files.write(file, content);
    awaitFaults(SOUND, SOUND);
  }

  @Test
  void anotherByteInALayerOfABlobLeavesItsShape() throws IOException {
    Path file = pulled();
    awaitFaults(SOUND, SOUND);

    Files.writeString(file, "mane = base\n");

    awaitFaults(SOUND, Set.of(Fault.FILE_CHECKSUM));
  }

  @Test
  void whatIsMissingInALayerOfATarSplitRecordIsFoundAtBoth() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base");
    Files.delete(store.content(cacheId("base")).resolve(FILE));

    awaitFaults(Set.of(Fault.FILE_MISSING), Set.of(Fault.FILE_MISSING));
  }

  /// By its content: the walk that looks at its shape does not ask for marks.
  @Test
  void whatHidesTheLayersBelowIsFoundAtBoth() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
    requireNonNull(
            Files.getFileAttributeView(
                store.content(cacheId("base", "app")).resolve("etc"),
                UserDefinedFileAttributeView.class))
        .write("overlay.opaque", ByteBuffer.wrap(new byte[] {'y'}));

    layer = chainId("base", "app");
    awaitFaults(Set.of(Fault.FILE_UNEXPECTED), Set.of(Fault.FILE_UNEXPECTED));
  }

  @Test
  void aLayerOfATarSplitRecordIsVerifiedAtBoth() {
    new SampleStore(dataRoot).image("app:1", "base");

    awaitFaults(SOUND, SOUND);
  }

  /// The record is gone by then.
  @Test
  void whatMeasuringHasShownIsNotReadAgain() {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base");
    Observation seen = scan();
    Path record = store.layer(chainId("base")).resolve("tar-split.json.gz");

    scrub.track(seen, () -> measure(seen, record));

    await().until(() -> faults(known(seen), Depth.SHAPE), Optional.of(SOUND)::equals);
  }

  /// Nothing is scrubbed until it is over.
  private void measure(Observation seen, Path record) {
    try {
      readings.readAll(seen, new ScanProgress());
      Files.delete(record);
    } catch (IOException | InterruptedException unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  /// The file of the layer.
  private Path pulled() {
    var store = new ContainerdSampleStore(dataRoot);
    store.image("app:1", "base");
    return store.snapshot("base").resolve("fs").resolve(FILE);
  }

  private void awaitFaults(Set<Fault> shape, Set<Fault> content) {
    await()
        .until(
            this::evidence,
            evidence ->
                faults(evidence, Depth.SHAPE).equals(Optional.of(shape))
                    && faults(evidence, Depth.CONTENT).equals(Optional.of(content)));
  }

  /// Of a layer of which there is a verdict.
  private Optional<Set<Fault>> faults(LayerEvidence evidence, Depth depth) {
    return evidence.scrubbed(layer, depth).map(Scrubbed::verdict).flatMap(BothDepthsTest::faults);
  }

  private static Optional<Set<Fault>> faults(LayerVerdict verdict) {
    return switch (verdict) {
      case Corrupt corrupt -> Optional.of(corrupt.faults().keySet());
      case Verified _ -> Optional.of(SOUND);
      default -> Optional.empty();
    };
  }

  /// Scans, as the exporter does.
  private LayerEvidence evidence() {
    Observation seen = scan();
    scrub.track(seen, () -> readings.track(seen));
    return known(seen);
  }

  private Observation scan() {
    return new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
        .scan(Freshness.EVERY_FILE);
  }

  private LayerEvidence known(Observation seen) {
    return Readings.none().with(scrub.known()).evidence(seen.stores().getFirst().store());
  }
}
