package io.github.dockerimageexporter.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrimScheduleTest {
  private static final long MIB = 1 << 20;
  private static final Duration SOON = Duration.ofMillis(50);

  private final TrimSchedule schedule = new TrimSchedule();

  @Test
  void aHeapThatHasNotGrownIsLeftAlone() {
    schedule.collected(32 * MIB, SOON);

    assertThat(secondsUntilDue(32 * MIB)).isEqualTo(100);
  }

  @Test
  void muchGrowthIsCollectedWithinASecond() {
    schedule.collected(32 * MIB, SOON);

    assertThat(secondsUntilDue(41 * MIB)).isEqualTo(1);
  }

  @Test
  void aSixteenthIsCollectedWithinFiveSeconds() {
    schedule.collected(32 * MIB, SOON);

    assertThat(secondsUntilDue(35 * MIB)).isEqualTo(5);
  }

  @Test
  void afterACollectionThatTookLongNoneComesForTenTimesAsLong() {
    schedule.collected(350 * MIB, Duration.ofMillis(1200));

    assertThat(secondsUntilDue(390 * MIB)).isEqualTo(12);
  }

  /// At most 100.
  private int secondsUntilDue(long bytes) {
    int seconds = 1;
    while (!schedule.isDue(bytes) && seconds < 100) {
      seconds++;
    }
    return seconds;
  }
}
