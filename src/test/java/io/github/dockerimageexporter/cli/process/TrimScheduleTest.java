package io.github.dockerimageexporter.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrimScheduleTest {
  private static final long MIB = 1 << 20;
  private static final Duration SOON = Duration.ofMillis(50);

  /// Clocks of this kind overflow.
  private static final long NOW = Long.MAX_VALUE - 1;

  private final TrimSchedule schedule = new TrimSchedule(NOW);

  @Test
  void aHeapThatHasNotGrownIsLeftAlone() {
    schedule.collected(32 * MIB, SOON, NOW);

    assertThat(schedule.hasGrown(32 * MIB)).isFalse();
    assertThat(secondsUntilDue(32 * MIB)).isEqualTo(100);
  }

  @Test
  void oneThatHasGrownALittleIsLeftAlone() {
    schedule.collected(32 * MIB, SOON, NOW);

    assertThat(schedule.hasGrown(34 * MIB)).isFalse();
    assertThat(secondsUntilDue(34 * MIB)).isEqualTo(100);
  }

  @Test
  void muchGrowthIsCollectedAtOnce() {
    schedule.collected(350 * MIB, SOON, NOW);

    assertThat(schedule.hasGrown(373 * MIB)).isTrue();
    assertThat(secondsUntilDue(373 * MIB)).isEqualTo(1);
  }

  @Test
  void muchGrowthOfASmallHeapIsToo() {
    schedule.collected(32 * MIB, SOON, NOW);

    assertThat(secondsUntilDue(41 * MIB)).isEqualTo(1);
  }

  @Test
  void ofALargeHeapTheSameGrowthIsLeftAlone() {
    schedule.collected(400 * MIB, SOON, NOW);

    assertThat(schedule.hasGrown(423 * MIB)).isFalse();
    assertThat(secondsUntilDue(423 * MIB)).isEqualTo(100);
  }

  @Test
  void aSixteenthIsCollectedWithinFiveSeconds() {
    schedule.collected(32 * MIB, SOON, NOW);

    assertThat(schedule.hasGrown(35 * MIB)).isTrue();
    assertThat(secondsUntilDue(35 * MIB)).isEqualTo(5);
  }

  @Test
  void theFirstHeapIsCollectedWithinFiveSeconds() {
    assertThat(schedule.hasGrown(5 * MIB)).isTrue();
    assertThat(secondsUntilDue(5 * MIB)).isEqualTo(5);
  }

  @Test
  void afterACollectionThatTookLongNoneComesForTenTimesAsLong() {
    schedule.collected(350 * MIB, Duration.ofMillis(1200), NOW);

    assertThat(secondsUntilDue(390 * MIB)).isEqualTo(12);
  }

  /// At most 100.
  private int secondsUntilDue(long bytes) {
    int seconds = 1;
    while (!schedule.isDue(bytes, NOW + Duration.ofSeconds(seconds).toNanos()) && seconds < 100) {
      seconds++;
    }
    return seconds;
  }
}
