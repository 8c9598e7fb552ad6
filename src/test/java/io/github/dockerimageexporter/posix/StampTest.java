package io.github.dockerimageexporter.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StampTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long CHANGED = 1_700_000_000L * SECOND + 123_456_789;

  @Test
  void aReadingHoldsWhileTheFileIsAsItWas() {
    var stamp = Stamp.of(changedAt(CHANGED), CHANGED + SECOND);

    assertThat(stamp.holdsAt(Stamp.of(changedAt(CHANGED), CHANGED + 2 * SECOND))).isTrue();
    assertThat(stamp.holdsAt(Stamp.of(changedAt(CHANGED + 1), CHANGED + 2 * SECOND))).isFalse();
  }

  /// A second change in the same tick would not show.
  @Test
  void aReadingWithinATickOfAChangeDoesNotHold() {
    var stamp = Stamp.of(changedAt(CHANGED), CHANGED + 9 * MILLISECOND);

    assertThat(stamp.holdsAt(Stamp.of(changedAt(CHANGED), CHANGED + SECOND))).isFalse();
  }

  @Test
  void aFileSystemThatKeepsSecondsHasALongerTick() {
    long second = 1_700_000_000L * SECOND;

    assertThat(Stamp.of(changedAt(second), second + SECOND).settled()).isFalse();
    assertThat(Stamp.of(changedAt(second), second + 3 * SECOND).settled()).isTrue();
    assertThat(Stamp.of(changedAt(second + 1), second + SECOND).settled()).isTrue();
  }

  /// Of several files the one that was changed last counts.
  @Test
  void oneUnsettledFileUnsettlesAll() {
    var old = Stamp.of(changedAt(CHANGED - SECOND), CHANGED);
    var fresh = Stamp.of(changedAt(CHANGED), CHANGED);

    assertThat(old.with(fresh).settled()).isFalse();
    assertThat(old.with(old).settled()).isTrue();
    assertThat(old.with(Stamp.ABSENT).settled()).isTrue();
  }

  @Test
  void theKeyChangesOnceTheFileHasSettled() {
    assertThat(Stamp.of(changedAt(CHANGED), CHANGED).key())
        .isNotEqualTo(Stamp.of(changedAt(CHANGED), CHANGED + SECOND).key());
  }

  private static FileStatus changedAt(long nanos) {
    return new FileStatus(FileKind.REGULAR, 1, 2, 1, 10, 512, nanos, nanos);
  }
}
