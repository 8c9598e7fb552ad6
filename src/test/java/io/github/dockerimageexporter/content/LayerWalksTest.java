package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.content.LayerWalks.Expected;
import io.github.dockerimageexporter.content.ScrubReader.Shown;
import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.content.size.TarSplitReader;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.MeasureTargets;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.scrub.KeptShapes;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.store.file.Freshness;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.UsageCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A sample store of two layers that is measured.
@Timeout(60)
class LayerWalksTest {
  private static final ChainId BASE = chainId("base");
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  private static final Verified WHOLE = new Verified(1, 0);

  @TempDir private Path dataRoot;
  private final LayerWalks walks = new LayerWalks(CLOCK);
  private SampleStore store;

  @BeforeEach
  void makeStore() {
    store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
  }

  /// Nobody reads anything again: it is gone by then.
  @Test
  void aWalkTellsAllThatThereIsToKnow() throws Exception {
    Map<ChainId, LayerState> layers = expect();
    Map<TarSplitFile, Optional<TarSplit>> sums =
        layers.values().stream()
            .map(LayerWalksTest::record)
            .collect(toMap(record -> record, TarSplitReader::read));
    Map<Path, DirectoryUsage> usages = measured(walks);
    assertThat(usages).isEqualTo(measured(new LayerWalks(CLOCK)));
    for (LayerState state : layers.values()) {
      Files.delete(record(state).path().path());
    }

    for (LayerState state : layers.values()) {
      assertThat(walks.fetch(record(state))).isEqualTo(sums.get(record(state)));
      assertThat(walks.fetch(state))
          .map(shown -> shown.verdict() instanceof Verified ? shown.at() : Instant.MIN)
          .contains(NOW);
    }
  }

  @Test
  void whatWasFetchedIsForgotten() throws Exception {
    LayerState base = requireNonNull(expect().get(BASE));
    measured(walks);
    walks.fetch(base);
    walks.fetch(record(base));

    assertThat(walks.fetch(base)).isEmpty();
    assertThat(walks.fetch(record(base))).isEmpty();
  }

  @Test
  void aDirectoryThatDiffersTakesACloserLook() throws Exception {
    Files.createFile(store.content(cacheId("base")).resolve("added"));
    LayerState base = requireNonNull(expect().get(BASE));
    measured(walks);

    assertThat(walks.fetch(base)).isEmpty();
    assertThat(walks.fetch(record(base))).isEqualTo(TarSplitReader.read(record(base)));
  }

  @Test
  void aRecordThatCannotBeFollowedSaysNothingAndTheDirectoryIsMeasured() throws Exception {
    Files.writeString(store.layer(BASE).resolve("tar-split.json.gz"), "nonsense");
    LayerState base = requireNonNull(expect().get(BASE));

    assertThat(measured(walks)).isEqualTo(measured(new LayerWalks(CLOCK)));
    assertThat(walks.fetch(base)).isEmpty();
    assertThat(walks.fetch(record(base))).isEmpty();
  }

  @Test
  void aLayerWithoutItsContentIsMeasuredAndNotMatched() throws Exception {
    LayerState base = requireNonNull(expect().get(BASE));
    Path content = store.content(cacheId("base"));
    Files.move(content, content.resolveSibling("moved"));
    measured(walks);

    assertThat(walks.fetch(base)).isEmpty();
  }

  @Test
  void whatIsNotMeasuredIsNotWaitedFor() throws Exception {
    LayerState base = requireNonNull(expect().get(BASE));

    walks.settle(_ -> false);

    assertThat(walks.fetch(base)).isEmpty();
    assertThat(walks.fetch(record(base))).isEmpty();
  }

  @Test
  void aWalkIsWaitedFor() throws Exception {
    LayerState base = requireNonNull(expect().get(BASE));
    Thread walk =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    measured(walks);
                  } catch (InterruptedException unexpected) {
                    throw new AssertionError(unexpected);
                  }
                });

    assertThat(walks.fetch(base)).isPresent();
    walk.join();
  }

  /// What it has shown may be older than the harm.
  @Test
  void aWalkTakesNoHarmBackThatAReadingHasSeen() throws Exception {
    Files.createFile(store.content(cacheId("base")).resolve("added"));
    List<ScrubTargets> stores = ScrubStores.at(Set.of(Depth.SHAPE)).of(scan());
    var asked = new AtomicInteger();
    Shown sound =
        _ -> asked.getAndIncrement() < 2 ? Optional.empty() : Optional.of(new Scrubbed(WHOLE, NOW));
    try (var reader =
        ScrubReader.recurring(
            Depth.SHAPE,
            Duration.ZERO,
            Pace.unlimited(),
            new KeptShapes(),
            sound,
            new ScrubSchedule(Duration.ofDays(1), CLOCK),
            () -> {})) {
      reader.track(scan(), stores);
      reader.awaitIdle();

      assertThat(reader.results().values().stream().map(Scrubbed::isHarm))
          .containsExactlyInAnyOrder(true, false);
    }
    assertThat(asked).hasValue(2);
  }

  private Map<ChainId, LayerState> expect() {
    List<ScrubTargets> stores = ScrubStores.at(Set.of(Depth.SHAPE)).of(scan());
    List<Expected> layers =
        stores.stream()
            .flatMap(it -> it.layers().values().stream().map(state -> new Expected(state, it)))
            .toList();
    walks.expect(layers);
    return layers.stream().map(Expected::state).collect(toMap(LayerState::layer, state -> state));
  }

  private Map<Path, DirectoryUsage> measured(LayerWalks walks) throws InterruptedException {
    try (var usages = new UsageCache(1, UsageCache.NEVER_AGAIN, walks::measuring, () -> {})) {
      usages.track(new MeasureTargets().of(scan()));
      usages.awaitIdle();
      return usages.measured();
    }
  }

  private Observation scan() {
    return new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
        .scan(Freshness.EVERY_FILE);
  }

  private static TarSplitFile record(LayerState state) {
    return (TarSplitFile) state.held().record();
  }
}
