package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.refresh.ScanSchedule.Reason;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScanScheduleTest {
  private static final long BEGAN = Long.MAX_VALUE - 1000;

  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final Duration DEBOUNCE = Duration.ofMillis(250);

  private final ScanSchedule schedule = new ScanSchedule(INTERVAL, SETTLE, DEBOUNCE, BEGAN);

  @Test
  void theFirstScanIsAFullOneAtOnce() {
    assertThat(schedule.due(BEGAN, false)).contains(Reason.FULL);
  }

  @Test
  void aFullScanIsDueAnIntervalAfterTheLastOne() {
    end(Reason.FULL, true, 0);

    assertThat(schedule.remaining(after(0), false)).isEqualTo(INTERVAL.toNanos());
    assertThat(schedule.due(after(29_999), false)).isEmpty();
    assertThat(schedule.due(after(30_000), false)).contains(Reason.FULL);
  }

  @Test
  void otherScansDoNotPutOffAFullOne() {
    end(Reason.FULL, true, 0);
    end(Reason.CHANGE, true, 29_000);

    assertThat(schedule.due(after(30_000), false)).contains(Reason.FULL);
  }

  @Test
  void aScanOnDemandWaitsNineTimesAsLongAsTheLastScanTook() {
    end(Reason.FULL, Duration.ofMillis(500), true, 0);

    assertThat(schedule.remaining(after(0), true)).isEqualTo(millis(4_500));
    assertThat(schedule.due(after(4_499), true)).isEmpty();
    assertThat(schedule.due(after(4_500), true)).contains(Reason.FULL);
  }

  @Test
  void aScanOnDemandWaitsASecondAtLeast() {
    end(Reason.FULL, Duration.ofMillis(1), true, 0);

    assertThat(schedule.due(after(999), true)).isEmpty();
    assertThat(schedule.due(after(1_000), true)).contains(Reason.FULL);
  }

  @Test
  void aScanThatIsHastenedIsDueAtOnce() {
    end(Reason.FULL, true, 0);

    schedule.hasten(after(1));

    assertThat(schedule.due(after(1), false)).contains(Reason.FULL);
  }

  @Test
  void aNewFindingIsConfirmedASettleTimeLater() {
    end(Reason.FULL, false, 0);

    assertThat(schedule.remaining(after(0), false)).isEqualTo(SETTLE.toNanos());
    assertThat(schedule.due(after(4_999), false)).isEmpty();
    assertThat(schedule.due(after(5_000), false)).contains(Reason.CONFIRMATION);
  }

  @Test
  void aScanInBetweenDoesNotPutOffAConfirmation() {
    end(Reason.FULL, false, 0);
    end(Reason.CHANGE, false, 4_000);

    assertThat(schedule.due(after(5_000), false)).contains(Reason.CONFIRMATION);
  }

  @Test
  void aConfirmationThatFindsMoreIsFollowedByAnother() {
    end(Reason.FULL, false, 0);
    end(Reason.CONFIRMATION, false, 5_000);

    assertThat(schedule.due(after(9_999), false)).isEmpty();
    assertThat(schedule.due(after(10_000), false)).contains(Reason.CONFIRMATION);
  }

  @Test
  void whatSettledNeedsNoConfirmation() {
    end(Reason.FULL, false, 0);
    end(Reason.CHANGE, true, 1_000);

    assertThat(schedule.due(after(5_000), false)).isEmpty();
  }

  @Test
  void aBurstOfChangesIsOneScanOnceItIsOver() {
    end(Reason.FULL, true, 0);
    schedule.changed(after(1_000));
    schedule.changed(after(1_100));

    assertThat(schedule.due(after(1_349), false)).isEmpty();
    assertThat(schedule.due(after(1_350), false)).contains(Reason.CHANGE);

    schedule.begin();
    end(Reason.CHANGE, true, 1_360);

    assertThat(schedule.due(after(1_400), false)).isEmpty();
  }

  private void end(Reason reason, boolean settled, long millis) {
    end(reason, Duration.ofMillis(10), settled, millis);
  }

  private void end(Reason reason, Duration took, boolean settled, long millis) {
    schedule.end(reason, took, settled, after(millis));
  }

  private static long after(long millis) {
    return BEGAN + millis(millis);
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
