package io.github.dockerimageexporter.content;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.observation.HiddenBytes;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store in which work holds on to directories of its own.
class ArrivalWatchTest {
  @TempDir private Path dataRoot;
  private Instant now = Instant.EPOCH;
  private Duration later = Duration.ZERO;
  private final ArrivalWatch watch = new ArrivalWatch(() -> now.plus(later), () -> later.toNanos());

  @Test
  void whereNothingIsHeldNothingArrives() {
    assertThat(watch.areArriving(held())).isFalse();
  }

  /// As by a lease without end.
  @Test
  void whatIsHeldAndDoesNotChangeCountsForTenMinutes() {
    assertThat(watch.areArriving(held("first"))).isTrue();
    later = Duration.ofMinutes(9);
    assertThat(watch.areArriving(held("first"))).isTrue();
    later = Duration.ofMinutes(10);
    assertThat(watch.areArriving(held("first"))).isFalse();
  }

  /// As by a pull.
  @Test
  void whatChangesCountsFromThenOn() {
    assertThat(watch.areArriving(held("first"))).isTrue();
    later = Duration.ofMinutes(9);
    assertThat(watch.areArriving(held("first", "second"))).isTrue();
    later = Duration.ofMinutes(18);
    assertThat(watch.areArriving(held("first", "second"))).isTrue();
    later = Duration.ofHours(10);
    assertThat(watch.areArriving(held("first", "second"))).isFalse();
    assertThat(watch.areArriving(held("third"))).isTrue();
  }

  @Test
  void whatIsHeldDoesNotCountLongerForAClockThatIsSetBack() {
    assertThat(watch.areArriving(held("first"))).isTrue();
    now = now.minus(Duration.ofDays(1));
    later = Duration.ofMinutes(10);

    assertThat(watch.areArriving(held("first"))).isFalse();
  }

  @Test
  void whatNothingHoldsOnToCountsForAnHourFromItsBeginning() throws IOException {
    Instant began = begin();

    assertThat(isArriving(began)).isTrue();
    assertThat(isArriving(began.plus(Duration.ofMinutes(59)))).isTrue();
    assertThat(isArriving(began.plus(Duration.ofMinutes(60)))).isFalse();
  }

  /// As after a time in which the clock was wrong.
  @Test
  void whatBeginsLaterThanNowIsNoWork() throws IOException {
    Instant began = begin();

    assertThat(isArriving(began.minus(Duration.ofDays(1)))).isFalse();
  }

  private boolean isArriving(Instant at) {
    now = at;
    return watch.areArriving(held());
  }

  /// Leaves what a registration begins with; when that was.
  private Instant begin() throws IOException {
    var store = new SampleStore(dataRoot);
    Path transaction =
        Files.createDirectories(
            dataRoot.resolve(store.layout().transactions(), "write-set-123456789"));
    return ((FileTime) requireNonNull(Files.getAttribute(transaction, "unix:ctime"))).toInstant();
  }

  private Observation held(String... names) {
    new SampleStore(dataRoot).image("app:1", "base");
    Observation seen =
        new StoreScanner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
            .scan(Freshness.EVERY_FILE);
    return seen.with(one -> held(one, names));
  }

  private ObservedStore held(ObservedStore one, String... names) {
    StoreSnapshot store = one.store();
    List<StoreDirectory> directories = new ArrayList<>(store.directories().values());
    for (String name : names) {
      Path path = dataRoot.resolve("overlay2").resolve(name);
      directories.add(new StoreDirectory(path, Optional.empty(), 1, Owner.LEASE));
    }
    return new ObservedStore(
        store.with(Parts.directories(directories), store.unreadable()),
        one.graph(),
        one.report(),
        one.consistency(),
        Parts.usages(Map.of()),
        ScrubState.NONE,
        HiddenBytes.UNKNOWN);
  }
}
