package io.github.dockerimageexporter.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.usage.Measurement.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasureQueueTest {
  private static final int INTERVAL = 1000;
  private static final MeasureTarget A = target("a", 1);
  private static final MeasureTarget B = target("b", 2);
  private static final DirectoryUsage USAGE = new DirectoryUsage(1, 2, 3, 0);

  private final MeasureQueue queue = new MeasureQueue(Duration.ofNanos(INTERVAL));

  private static MeasureTarget target(String name, long inode) {
    return new MeasureTarget(Targets.at(Path.of("/", name)), Optional.of("diff"), inode, true);
  }

  @Test
  void givesOutNewTargetsInOrderAndEachOnce() {
    queue.track(Targets.of(A, B));
    assertThat(queue.pending()).isEqualTo(2);
    assertThat(List.of(take(0), take(0))).containsExactly(A, B);
    assertThat(queue.take(0)).isEmpty();
    assertThat(queue.pending()).isEqualTo(2);
  }

  @Test
  void whatIsMeasuredIsDueAgainAfterTheInterval() {
    queue.track(Targets.of(A));
    scan(0);
    queue.track(Targets.of(A));
    assertThat(queue.pending()).isZero();
    assertThat(queue.remaining(400)).isEqualTo(600);
    assertThat(queue.take(999)).isEmpty();
    assertThat(take(1000)).isEqualTo(A);
  }

  @Test
  void newTargetsOvertakeThoseDueAgain() {
    queue.track(Targets.of(A));
    scan(0);
    queue.track(Targets.of(A, B));
    assertThat(take(5000)).isEqualTo(B);
    assertThat(take(5000)).isEqualTo(A);
  }

  @Test
  void measuresAgainOneByOneOverHalfTheInterval() {
    var targets = IntStream.range(0, 5).mapToObj(i -> target("t" + i, i)).toList();
    queue.track(Targets.of(targets));
    targets.forEach(_ -> scan(0));
    var times = new ArrayList<Long>();
    for (long now = 0; now < 1900; now += 50) {
      if (queue.remaining(now) <= 0) {
        scan(now);
        times.add(now);
      }
    }
    assertThat(times).containsExactly(1000L, 1100L, 1200L, 1300L, 1400L);
  }

  @Test
  void anotherInodeIsANewTarget() {
    queue.track(Targets.of(A));
    scan(0);
    queue.track(Targets.of(target("a", 9)));
    assertThat(queue.measured()).isEmpty();
    assertThat(take(0)).isEqualTo(target("a", 9));
  }

  @Test
  void forgetsWhatIsGone() {
    queue.track(Targets.of(A, B));
    scan(0);
    queue.track(Targets.of());
    assertThat(queue.measured()).isEmpty();
    assertThat(queue.pending()).isZero();
    assertThat(queue.remaining(0)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void dropsTheResultOfWhatIsGone() {
    queue.track(Targets.of(A));
    var running = queue.take(0).orElseThrow();
    queue.track(Targets.of(B));
    assertThat(queue.finish(running, Result.of(USAGE, false), 0)).isFalse();
    assertThat(queue.measured()).isEmpty();
    assertThat(queue.pending()).isEqualTo(1);
  }

  @Test
  void onlyAnotherResultIsAChange() {
    queue.track(Targets.of(A));
    assertThat(queue.finish(queue.take(0).orElseThrow(), Result.of(USAGE, false), 0)).isTrue();
    assertThat(queue.finish(queue.take(1000).orElseThrow(), Result.of(USAGE, false), 1000))
        .isFalse();
    assertThat(queue.measured()).isEqualTo(Map.of(Path.of("/a"), USAGE));
  }

  @Test
  void whatFailedIsTriedAgainSoonerAndEachTimeLater() {
    var queue = new MeasureQueue(Duration.ofHours(6));
    queue.track(Targets.of(A));
    long now = 0;

    for (long minutes : new long[] {1, 2, 4}) {
      Measurement taken = queue.take(now).orElseThrow();
      queue.finish(taken, Result.unreadable(true), now);
      assertThat(queue.remaining(now)).isEqualTo(Duration.ofMinutes(minutes).toNanos());
      now += Duration.ofMinutes(minutes).toNanos();
    }
    queue.finish(queue.take(now).orElseThrow(), Result.of(USAGE, false), now);

    assertThat(queue.remaining(now)).isEqualTo(Duration.ofHours(6).toNanos());
  }

  @Test
  void aMeasurementThatDidNotComeAboutLeavesTheOneBefore() {
    var measured = Result.of(USAGE, false);
    queue.track(Targets.of(A));
    queue.finish(queue.take(0).orElseThrow(), measured, 0);

    Measurement taken = queue.take(INTERVAL).orElseThrow();
    queue.finish(taken, taken.result().retried(), INTERVAL);

    assertThat(queue.measured()).isEqualTo(Map.of(A.directory(), USAGE));
  }

  @Test
  void whatCannotBeReadIsKnownToBeSo() {
    queue.track(Targets.of(A, B));
    queue.finish(queue.take(0).orElseThrow(), Result.unreadable(false), 0);
    queue.finish(queue.take(0).orElseThrow(), Result.NONE.retried(), 0);
    assertThat(queue.measured())
        .isEqualTo(
            Map.of(
                A.directory(), new DirectoryUsage(0, 0, 0, 1),
                B.directory(), new DirectoryUsage(0, 0, 0, 1)));
  }

  private MeasureTarget take(long now) {
    return queue.take(now).orElseThrow().target();
  }

  private void scan(long now) {
    queue.finish(queue.take(now).orElseThrow(), Result.of(USAGE, false), now);
  }
}
