package io.github.dockerimageexporter.content;

import static io.github.dockerimageexporter.demo.SampleStore.cacheId;
import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.content.BackgroundScrub.Settings;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.observation.ScrubState.Background;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A sample store of three layers that is scrubbed again and again.
@Timeout(60)
class BackgroundScrubTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofDays(36_500);

  /// Where `stat` has it, counted from behind the name on.
  private static final int NICE = 16;

  @TempDir private Path dataRoot;
  private final LayerWalks walks = new LayerWalks(InstantSource.system());
  private SampleStore store;
  private Duration later = Duration.ZERO;
  private Optional<BackgroundScrub> started = Optional.empty();
  private Optional<Observation> shown = Optional.empty();

  @BeforeEach
  void makeStore() {
    store = new SampleStore(dataRoot);
    store.image("app:1", "base", "middle", "app");
  }

  @AfterEach
  void stop() {
    started.ifPresent(BackgroundScrub::close);
  }

  @Test
  void everyLayerIsReadAtBothDepths() {
    start(true, true, LONG);

    ScrubState state = awaitState(it -> verified(it, Depth.SHAPE) && verified(it, Depth.CONTENT));

    long bytes = state.at(Depth.CONTENT).map(ScrubTally::bytes).orElse(0L);
    assertThat(bytes).isPositive();
    assertThat(state.background()).map(Background::bytesRead).contains(bytes);
    assertThat(state.background().orElseThrow().verifiedAt().keySet())
        .containsExactlyInAnyOrderElementsOf(layers());
    assertThat(state.tallies()).map(ScrubTally::completed).doesNotContain(Optional.empty());
  }

  @ParameterizedTest
  @EnumSource
  void allOthersHaveTheProcessorsAndTheDisksFirst(Depth depth) throws Exception {
    start(true, true, LONG);
    awaitState(it -> verified(it, depth));

    String thread = thread("scrub-" + depth.label());

    assertThat(Program.of("ionice", "-p", thread).run().strip()).isEqualTo("best-effort: prio 7");
    String stat = Files.readString(Path.of("/proc/self/task", thread, "stat"));
    assertThat(stat.substring(stat.indexOf(") ") + 2).split(" ", -1)[NICE]).isEqualTo("10");
  }

  /// Its number in the system.
  private static String thread(String name) throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      return threads
          .filter(thread -> isCalled(thread, name))
          .max(Comparator.comparingInt(thread -> Integer.parseInt(name(thread))))
          .map(BackgroundScrubTest::name)
          .orElseThrow();
    }
  }

  private static String name(Path thread) {
    return thread.getFileName().toString();
  }

  private static boolean isCalled(Path thread, String name) {
    try {
      return Files.readString(thread.resolve("comm")).strip().equals(name);
    } catch (IOException ended) {
      return false;
    }
  }

  @Test
  void noContentIsReadUnlessItIsSwitchedOn() {
    start(true, false, LONG);

    ScrubState state = awaitState(it -> verified(it, Depth.SHAPE));

    assertThat(state.tallies()).map(ScrubTally::depth).containsExactly(Depth.SHAPE);
    Background background = state.background().orElseThrow();
    assertThat(background.bytesRead()).isZero();
    assertThat(background.verifiedAt()).isEmpty();
    assertThat(background.next()).isPresent();
  }

  @Test
  void nothingIsShownIfNothingIsSwitchedOn() {
    start(false, false, LONG);

    assertThat(state()).isEqualTo(ScrubState.NONE);
  }

  @Test
  void aByteThatChangesIsFoundWhenTheLayersTurnComes() throws IOException {
    start(false, true, SHORT);
    awaitState(it -> verified(it, Depth.CONTENT));

    flip("base", "middle");

    ScrubState state = awaitState(it -> corrupt(it) == 1);
    assertThat(state.background().orElseThrow().verifiedAt())
        .doesNotContainKey(chainId("base", "middle"));
    assertThat(state.at(Depth.CONTENT).map(ScrubTally::verified)).contains(2L);
  }

  @Test
  void aLayerThatIsRepairedIsVerifiedAgain() throws IOException {
    flip("base");
    start(false, true, SHORT);
    awaitState(it -> corrupt(it) == 1);

    flip("base");

    awaitState(it -> verified(it, Depth.CONTENT));
  }

  @Test
  void whatWasLearnedOfBothDepthsIsOneVerdict() throws IOException {
    flip("base");
    Files.createFile(store.content(cacheId("base")).resolve("added"));
    start(true, true, SHORT);

    awaitState(it -> corrupt(it) == 1 && corrupt(it, Depth.SHAPE) == 1);

    assertThat(known().evidence(shownStore()).verdict(chainId("base")))
        .get()
        .extracting(verdict -> ((Corrupt) verdict).faults().keySet())
        .isEqualTo(Set.of(Fault.FILE_CHECKSUM, Fault.FILE_UNEXPECTED));
  }

  @Test
  void nothingIsReadWhileALayerIsOnItsWay() throws IOException {
    Path transaction =
        Files.createDirectories(
            dataRoot.resolve(store.layout().transactions(), "write-set-123456789"));
    start(false, true, LONG);

    assertThat(state().background()).map(Background::paused).contains(true);
    assertThat(pending(state())).isEqualTo(3);

    Files.delete(transaction);

    awaitState(it -> verified(it, Depth.CONTENT));
    assertThat(state().background()).map(Background::paused).contains(false);
  }

  @Test
  void whatIsLeftOfEarlierWorkIsNoReasonToWait() throws IOException {
    Files.createDirectories(dataRoot.resolve(store.layout().transactions(), "write-set-123456789"));
    later = Duration.ofMinutes(61);
    start(false, true, LONG);

    awaitState(it -> verified(it, Depth.CONTENT));
  }

  @Test
  void aPauseEndsAtOnceWithTheScrub() throws IOException {
    Files.createDirectories(dataRoot.resolve(store.layout().transactions(), "write-set-123456789"));
    start(true, true, LONG);
    state();

    long began = System.nanoTime();
    started.orElseThrow().close();

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(900));
  }

  @Test
  void aLayerWithoutARecordIsNotWaitedFor() throws IOException {
    Files.delete(store.layer(chainId("base")).resolve("tar-split.json.gz"));
    start(true, false, LONG);

    ScrubState state =
        awaitState(it -> it.at(Depth.SHAPE).filter(tally -> tally.verified() == 2).isPresent());

    ScrubTally tally = state.at(Depth.SHAPE).orElseThrow();
    assertThat(tally.unverifiableCount()).isEqualTo(1);
    assertThat(tally.pending()).isZero();
  }

  @Test
  void layersOfADriverThatKeepsNoDirectoriesAreNotWaitedFor() throws IOException {
    Files.move(dataRoot.resolve("image/overlay2"), dataRoot.resolve("image/zfs"));
    Files.move(dataRoot.resolve("overlay2"), dataRoot.resolve("zfs"));
    start(true, false, LONG);

    ScrubTally tally = state().at(Depth.SHAPE).orElseThrow();

    assertThat(tally.unverifiable().keySet()).isEqualTo(Set.of("where its files are is not known"));
    assertThat(tally.unverifiableCount()).isEqualTo(3);
    assertThat(tally.pending()).isZero();
  }

  @Test
  void whenAllWereReadIsRememberedWhileNewOnesWait() {
    start(true, false, LONG);
    Optional<Instant> completed =
        awaitState(it -> verified(it, Depth.SHAPE)).at(Depth.SHAPE).flatMap(ScrubTally::completed);
    store.image("other:1", "other");

    ScrubTally tally = state().at(Depth.SHAPE).orElseThrow();

    assertThat(completed).isPresent();
    assertThat(tally.completed().orElseThrow()).isAfterOrEqualTo(completed.orElseThrow());
  }

  private void start(boolean shape, boolean content, Duration interval) {
    InstantSource clock = () -> Instant.now().plus(later);
    started =
        Optional.of(
            new BackgroundScrub(
                new Settings(shape, content, 0, interval), Duration.ZERO, walks, clock, () -> {}));
  }

  /// Scans, and shows what is known by then.
  private ScrubState state() {
    Observation seen =
        new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scan(Freshness.EVERY_FILE);
    BackgroundScrub scrub = started.orElseThrow();
    scrub.track(seen, () -> walks.settle(_ -> false));
    shown = Optional.of(scrub.show(seen, known(), shown));
    return shown.get().stores().getFirst().scrub();
  }

  private Readings known() {
    return Readings.none().with(started.orElseThrow().known());
  }

  private StoreSnapshot shownStore() {
    return shown.orElseThrow().stores().getFirst().store();
  }

  private ScrubState awaitState(Predicate<ScrubState> expected) {
    return await().until(this::state, expected);
  }

  private static boolean verified(ScrubState state, Depth depth) {
    return state.at(depth).filter(tally -> tally.verified() == 3).isPresent();
  }

  private static long corrupt(ScrubState state) {
    return corrupt(state, Depth.CONTENT);
  }

  private static long corrupt(ScrubState state, Depth depth) {
    return state.at(depth).map(ScrubTally::corrupt).orElse(0L);
  }

  private static long pending(ScrubState state) {
    return state.at(Depth.CONTENT).map(ScrubTally::pending).orElse(0L);
  }

  private static List<ChainId> layers() {
    return List.of(chainId("base"), chainId("base", "middle"), chainId("base", "middle", "app"));
  }

  /// Changes a byte of the file of a layer; twice leaves it as it was.
  private void flip(String... words) throws IOException {
    Path file;
    try (var files = Files.walk(store.content(cacheId(words)))) {
      file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[0] ^= 1;
    Files.write(file, bytes);
  }
}
