package io.github.dockerimageexporter.content.hidden;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.sizeBytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.content.BackgroundScrub;
import io.github.dockerimageexporter.content.BackgroundScrub.Settings;
import io.github.dockerimageexporter.content.LayerWalks;
import io.github.dockerimageexporter.content.Readings;
import io.github.dockerimageexporter.content.ScrubResults;
import io.github.dockerimageexporter.demo.ContainerdSampleStore;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.scrub.cover.ChainLayer;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The hidden bytes of samples, in which a layer that is there twice hides its own files.
@Timeout(60)
class HiddenBytesReaderTest {
  private static final Duration NEVER = Duration.ofDays(36_500);
  private static final String[] TWICE = {"base", "app", "base"};

  @TempDir private Path dataRoot;
  private Optional<HiddenBytesReader> started = Optional.empty();
  private Optional<BackgroundScrub> scrub = Optional.empty();

  @AfterEach
  void stop() {
    started.ifPresent(HiddenBytesReader::close);
    scrub.ifPresent(BackgroundScrub::close);
  }

  @Test
  void whatAnUpperLayerReplacesIsHidden() {
    var store = new SampleStore(dataRoot);
    ImageId once = store.image("once:1", "base", "app");
    ImageId twice = store.image("twice:1", TWICE);

    Observation seen = awaitAll();

    assertThat(hidden(seen, once)).hasValue(0);
    assertThat(hidden(seen, twice)).hasValue(sizeBytes("base"));
    assertThat(store(seen).hidden().of(chainId("base"), image(seen, twice).rootFs().chainIds()))
        .hasValue(sizeBytes("base"));
    assertThat(
            store(seen).hidden().of(chainId("base", "app"), image(seen, twice).rootFs().chainIds()))
        .hasValue(0);
  }

  @Test
  void allIsReadAtOnceForACommand() throws InterruptedException {
    ImageId twice = new SampleStore(dataRoot).image("twice:1", TWICE);

    assertThat(hidden(HiddenBytesReader.readAll(scan(), _ -> true), twice))
        .hasValue(sizeBytes("base"));
    assertThat(hidden(HiddenBytesReader.readAll(scan(), chainId("base")::equals), twice)).isEmpty();
  }

  @Test
  void nothingIsSaidAboveALayerWithoutARecord() throws IOException {
    var store = new SampleStore(dataRoot);
    ImageId app = store.image("app:1", "base", "app");
    ImageId other = store.image("other:1", "base", "other");
    Files.delete(record(store, "base", "app"));

    Observation seen = awaitAll();

    assertThat(hidden(seen, app)).isEmpty();
    assertThat(hidden(seen, other)).hasValue(0);
  }

  @Test
  void aRecordThatIsNoneSaysNothingUntilItIsReplaced() throws IOException {
    var store = new SampleStore(dataRoot);
    ImageId twice = store.image("twice:1", TWICE);
    Path record = record(store, "base");
    byte[] whole = Files.readAllBytes(record);
    Files.writeString(record, "nonsense");
    assertThat(hidden(awaitAll(), twice)).isEmpty();

    Files.delete(record);
    Files.write(record, whole);

    await().until(() -> hidden(show(), twice).equals(OptionalLong.of(sizeBytes("base"))));
  }

  @Test
  void newsIsToldOnceNothingIsLeftToRead() {
    new SampleStore(dataRoot).image("twice:1", TWICE);
    var told = new AtomicInteger();
    started = Optional.of(new HiddenBytesReader(ChainRecords.ofTarSplits(), told::incrementAndGet));

    show();

    await().until(() -> told.get() == 1);
    assertThat(started.get().pending()).isZero();
  }

  @Test
  void anImageThatComesLaterIsReadToo() {
    var store = new SampleStore(dataRoot);
    store.image("once:1", "base", "app");
    awaitAll();

    ImageId twice = store.image("twice:1", TWICE);

    assertThat(hidden(awaitAll(), twice)).hasValue(sizeBytes("base"));
  }

  @Test
  void layersInContainerdHaveNoListBeforeTheScrubOfTheirContent() throws InterruptedException {
    ImageId twice = new ContainerdSampleStore(dataRoot).image("twice:1", TWICE);

    assertThat(hidden(awaitAll(), twice)).isEmpty();
    assertThat(hidden(HiddenBytesReader.readAll(scan(), _ -> true), twice)).isEmpty();
  }

  /// With each layer that is read alone, those below it would be read again.
  @Test
  void layersInContainerdAreReadOnceAllOfAnImageAreScrubbed() {
    new ContainerdSampleStore(dataRoot).image("app:1", "base", "app");
    BackgroundScrub content = scrubContent();
    await().until(() -> scrubbed(content).size() == 2);
    var records = ChainRecords.withBlobs(content.paceOfOthers());
    ScrubResults whole = content.known();
    LayerDirectory top =
        Objects.requireNonNull(
            store(scan()).store().layerDirectories().get(chainId("base", "app")));
    var others = new HashMap<>(scrubbed(content));
    others.keySet().removeIf(held -> held.directory().equals(top.path()));
    var partial =
        new ScrubResults(Map.of(Depth.CONTENT, PersistentMap.of(KeyOrder.byHash(), others)));

    assertThat(layers(records, partial)).isEmpty();
    assertThat(layers(records, whole)).containsExactly(chainId("base"), chainId("base", "app"));
  }

  private List<ChainId> layers(ChainRecords records, ScrubResults scrubbed) {
    return records.follow(scan(), Readings.none().with(scrubbed)).values().stream()
        .flatMap(store -> store.inLine().stream())
        .map(ChainLayer::id)
        .toList();
  }

  private static Map<Held, Scrubbed> scrubbed(BackgroundScrub content) {
    return content.known().at(Depth.CONTENT);
  }

  private BackgroundScrub scrubContent() {
    var content =
        new BackgroundScrub(
            new Settings(false, true, 0, NEVER),
            Duration.ZERO,
            new LayerWalks(InstantSource.system()),
            InstantSource.system(),
            () -> {});
    scrub = Optional.of(content);
    content.track(scan(), () -> {});
    return content;
  }

  @Test
  void layersInContainerdAreReadAfterTheScrubOfTheirContent() {
    ImageId twice = new ContainerdSampleStore(dataRoot).image("twice:1", TWICE);
    BackgroundScrub content = scrubContent();
    var reader = new HiddenBytesReader(ChainRecords.withBlobs(content.paceOfOthers()), () -> {});
    started = Optional.of(reader);

    await()
        .until(
            () -> {
              Observation seen = scan();
              reader.probe(seen, Readings.none().with(content.known()));
              return hidden(reader.show(seen), twice).equals(OptionalLong.of(sizeBytes("base")));
            });
  }

  /// What is known once nothing is left to read.
  private Observation awaitAll() {
    Observation seen = show();
    await().until(() -> started.orElseThrow().pending() == 0);
    return started.orElseThrow().show(seen);
  }

  private Observation show() {
    if (started.isEmpty()) {
      started = Optional.of(new HiddenBytesReader(ChainRecords.ofTarSplits(), () -> {}));
    }
    Observation seen = scan();
    started.get().track(seen, Readings.none());
    return started.get().show(seen);
  }

  private Observation scan() {
    return new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
        .scan(Freshness.EVERY_FILE);
  }

  private static Path record(SampleStore store, String... words) {
    return store.layer(chainId(words)).resolve("tar-split.json.gz");
  }

  private static ObservedStore store(Observation seen) {
    return seen.stores().getFirst();
  }

  private static Image image(Observation seen, ImageId id) {
    return Objects.requireNonNull(store(seen).store().images().get(id));
  }

  private static OptionalLong hidden(Observation seen, ImageId image) {
    return new Inventory(store(seen)).hiddenBytesOf(image(seen, image));
  }
}
