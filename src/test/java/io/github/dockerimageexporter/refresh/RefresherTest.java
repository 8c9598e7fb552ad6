package io.github.dockerimageexporter.refresh;

import static io.github.dockerimageexporter.demo.SampleStore.chainId;
import static io.github.dockerimageexporter.demo.SampleStore.diffId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.content.BackgroundScrub;
import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The refresher on a real directory, with a watch and without.
class RefresherTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Duration OFTEN = Duration.ofMillis(100);

  @TempDir private Path directory;
  private Path dataRoot;
  private Optional<Refresher> refresher = Optional.empty();

  @BeforeEach
  void placeTheDataRoot() {
    dataRoot = directory.resolve("docker");
  }

  @AfterEach
  void stop() {
    refresher.ifPresent(Refresher::close);
  }

  @Test
  void publishesTheFirstScan() {
    new SampleStore(dataRoot).image("app:1", "base");

    Refresher running = start(NEVER);

    await().until(() -> running.latest().isPresent());
    assertThat(observed(running).state()).isEqualTo(DataRootState.GRAPHDRIVER);
    assertThat(observed(running).stores().getFirst().store().images()).hasSize(1);
    RefreshStatus status = running.status();
    assertThat(status.lastSucceeded()).contains(true);
    assertThat(status.refreshes()).isEqualTo(1);
    assertThat(status.failures()).isZero();
  }

  @Test
  void publishesSizesAsTheyComeWithoutAnotherScan() {
    new SampleStore(dataRoot).image("app:1", "base", "app");

    Refresher running = start(NEVER);

    await().until(() -> running.latest().isPresent() && usages(running) == 3);
    assertThat(running.status().refreshes()).isEqualTo(1);
    assertThat(running.status().directoriesPending()).isZero();
  }

  @Test
  void aScanThatFindsNothingNewShowsTheStoresOfTheOneBefore() {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    Refresher running = start(NEVER);
    await().until(() -> running.latest().isPresent() && usages(running) == 3);
    Observation before = rescanned(running);

    await()
        .untilAsserted(
            () -> assertThat(rescanned(running).stores()).isSameAs(rescanned(running).stores()));
    assertThat(observed(running).checkedAt()).isAfter(before.checkedAt());
  }

  private static Observation rescanned(Refresher running) {
    long scans = running.status().refreshes();
    running.scanNow();
    await().until(() -> running.status().refreshes() > scans);
    return observed(running);
  }

  @Test
  void seesAChangeByItsEvent() {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base");
    Refresher running = start(NEVER);
    await().until(() -> running.latest().isPresent() && running.status().watchUp());

    store.image("tool:1", "base", "tool");

    await().until(() -> observed(running).stores().getFirst().store().images().size() == 2);
  }

  @Test
  void reportsAnEditInPlaceOnceTwoScansAgreeAndForgetsItWhenItHeals() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base", "app");
    Refresher running = start(NEVER);
    await().until(() -> running.latest().isPresent() && running.status().watchUp());
    Path diff = store.layer(chainId("base", "app")).resolve("diff");

    Files.writeString(diff, diffId("other").toString());
    await().untilAsserted(() -> assertThat(kinds(running)).containsExactly(Kind.CHAIN_ID_MISMATCH));

    Files.writeString(diff, diffId("app").toString());
    await().untilAsserted(() -> assertThat(kinds(running)).isEmpty());
  }

  @Test
  void showsNothingOfADamagedStoreBeforeTheSecondScan() throws IOException {
    var store = new SampleStore(dataRoot);
    store.image("app:1", "base");
    Files.writeString(store.repositories(), "");

    Refresher running = start(NEVER);

    await().until(() -> running.latest().isPresent());
    assertThat(kinds(running)).containsExactly(Kind.REFERENCES_INVALID);
    assertThat(running.status().refreshes()).isGreaterThanOrEqualTo(2);
  }

  @Test
  void aDataRootThatComesLateIsFound() {
    Refresher running = start(OFTEN);
    await().until(() -> running.latest().isPresent());
    assertThat(observed(running).state()).isEqualTo(DataRootState.MISSING);
    assertThat(running.status().watchUp()).isFalse();

    new SampleStore(dataRoot).image("app:1", "base");

    await().until(() -> observed(running).state() == DataRootState.GRAPHDRIVER);
    await().until(() -> running.status().watchUp());
  }

  @Test
  void anotherDataRootInItsPlaceIsFound() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base");
    Refresher running = start(OFTEN);
    await().until(() -> running.latest().isPresent());
    Path next = directory.resolve("next");
    var replacement = new SampleStore(next);
    replacement.image("one:1", "one");
    replacement.image("two:1", "two");

    Files.move(dataRoot, directory.resolve("old"));
    Files.move(next, dataRoot);

    await().until(() -> observed(running).stores().getFirst().store().images().size() == 2);
    await().until(() -> running.status().watchUp());
  }

  @Test
  void scansWhenAsked() {
    new SampleStore(dataRoot).image("app:1", "base");
    Refresher running = start(NEVER);
    await().until(() -> running.status().refreshes() == 1);

    running.scanNow();

    await().until(() -> running.status().refreshes() == 2);
  }

  @Test
  void whoeverAsksAllTheTimeGetsAScanASecond() {
    new SampleStore(dataRoot).image("app:1", "base");
    Refresher running = start(NEVER);
    await().until(() -> running.status().refreshes() == 1);
    long began = System.nanoTime();

    await()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              running.scanNow();
              return running.status().refreshes() >= 3;
            });

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(1900));
  }

  @Test
  void whatWasMeasuredOutlivesDirectoriesThatCannotBeListedForAWhile() throws IOException {
    new SampleStore(dataRoot).image("app:1", "base", "app");
    Refresher running = start(NEVER);
    await().until(() -> running.latest().isPresent() && usages(running) == 3);
    long measured = running.status().directoriesScanned();
    Path directories = dataRoot.resolve("overlay2");
    Path aside = dataRoot.resolve("aside");

    Files.move(directories, aside);
    running.scanNow();
    await().until(() -> !observedStore(running).seesDirectories());
    Files.move(aside, directories);
    running.scanNow();
    await().until(() -> observedStore(running).seesDirectories());

    assertThat(running.status().directoriesPending()).isZero();
    assertThat(running.status().directoriesScanned()).isEqualTo(measured);
    assertThat(usages(running)).isEqualTo(3);
  }

  @Test
  void anErrorIsAFailedScanAndTheNextOneComes() {
    new SampleStore(dataRoot).image("app:1", "base");
    var failures = new AtomicInteger(2);
    Refresher running =
        start(
            OFTEN,
            () -> {
              if (failures.getAndDecrement() > 0) {
                throw new StackOverflowError("planted");
              }
              return Instant.now();
            });

    await().until(() -> running.status().lastSucceeded().equals(Optional.of(true)));
    assertThat(running.status().failures()).isPositive();
    assertThat(running.status().ailment()).isEmpty();
  }

  private Refresher start(Duration interval) {
    return start(interval, InstantSource.system());
  }

  private Refresher start(Duration interval, InstantSource clock) {
    var running =
        new Refresher(
            new Refresher.Settings(
                dataRoot,
                ContainerdSettings.DEFAULT,
                interval,
                Duration.ofMillis(20),
                4096,
                Duration.ofMillis(50),
                NEVER,
                NEVER,
                1,
                new BackgroundScrub.Settings(true, false, 0, NEVER)),
            clock);
    refresher = Optional.of(running);
    running.start();
    return running;
  }

  private static Observation observed(Refresher running) {
    return running.latest().orElseThrow();
  }

  private static StoreSnapshot observedStore(Refresher running) {
    return observed(running).stores().getFirst().store();
  }

  private static int usages(Refresher running) {
    return observed(running).stores().getFirst().usages().size();
  }

  private static List<Kind> kinds(Refresher running) {
    return observed(running).stores().stream()
        .flatMap(store -> store.report().findings().stream())
        .map(finding -> finding.problem().kind())
        .toList();
  }
}
