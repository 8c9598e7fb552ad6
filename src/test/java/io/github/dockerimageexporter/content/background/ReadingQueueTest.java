package io.github.dockerimageexporter.content.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadingQueueTest {
  private static final long BEGAN = Long.MAX_VALUE - 1000;
  private static final Duration SETTLE = Duration.ofSeconds(5);

  /// Doubts what is negative.
  private final ReadingQueue<String, Integer> queue =
      new ReadingQueue<>(new Confirmation<>(value -> value < 0, SETTLE));

  /// The same, with turns after as many hours as the value says.
  private final ReadingQueue<String, Integer> recurring =
      new ReadingQueue<>(
          new Confirmation<>(value -> value < 0, SETTLE),
          (_, value) -> Duration.ofHours(Math.abs(value)).toNanos());

  @Test
  void keysAreReadInTheirOrder() {
    queue.track(Lines.of("a", "b"), BEGAN);

    assertThat(queue.remaining(BEGAN)).isZero();
    assertThat(queue.take(BEGAN)).isEqualTo("a");
    assertThat(queue.finish("a", Optional.of(1), BEGAN)).isFalse();
    assertThat(queue.take(BEGAN)).isEqualTo("b");
    assertThat(queue.finish("b", Optional.of(2), BEGAN)).isTrue();
    assertThat(queue.known()).isEqualTo(Map.of("a", 1, "b", 2));
    assertThat(queue.pending()).isZero();
    assertThat(queue.remaining(BEGAN)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aDoubtedReadingWaitsForTheSettleTimeAndCountsIfItStays() {
    readFirst(queue, -1);

    assertThat(queue.known()).isEmpty();
    assertThat(queue.pending()).isEqualTo(1);
    assertThat(queue.remaining(BEGAN)).isEqualTo(SETTLE.toNanos());

    read("a", -1, after(SETTLE));

    assertThat(queue.known()).isEqualTo(Map.of("a", -1));
  }

  @Test
  void whatIsNewAndWhatIsDoubtedTakeTurns() {
    readFirst(queue, -1);
    queue.track(Lines.of("a", "b", "c"), after(SETTLE));

    read("b", 1, after(SETTLE));
    read("a", -1, after(SETTLE));
    read("c", 1, after(SETTLE));
  }

  @Test
  void whatIsDoubtedWaitsForTheSettleTimeAmongNewOnesToo() {
    queue.track(Lines.of("a", "b", "c"), BEGAN);
    read("a", -1, BEGAN);

    read("b", 1, BEGAN);
    read("c", 1, BEGAN);
    read("a", -1, after(SETTLE));
  }

  @Test
  void whatIsNotWantedIsForgottenWhileAnotherIsRead() {
    queue.track(Lines.of("old"), BEGAN);
    read("old", 1, BEGAN);
    queue.track(Lines.of("old", "new"), BEGAN);
    assertThat(queue.take(BEGAN)).isEqualTo("new");

    queue.track(Lines.of("new", "newer"), BEGAN);

    assertThat(queue.known()).isEmpty();
  }

  @Test
  void whatCouldNotBeReadIsReadWhenItIsTrackedNextAndThenAfterAPause() {
    queue.track(Lines.of("a"), BEGAN);
    fail("a", BEGAN);
    assertThat(queue.pending()).isZero();

    queue.track(Lines.of("a"), BEGAN);
    fail("a", BEGAN);

    queue.track(Lines.of("a"), after(Duration.ofSeconds(59)));
    assertThat(queue.pending()).isZero();
    queue.track(Lines.of("a"), after(Duration.ofSeconds(60)));
    assertThat(queue.pending()).isEqualTo(1);
  }

  @Test
  void thePauseEndsAtAboutAnHour() {
    for (int i = 0; i < 20; i++) {
      queue.track(Lines.of("a"), after(Duration.ofDays(i)));
      fail("a", after(Duration.ofDays(i)));
    }

    queue.track(Lines.of("a"), after(Duration.ofDays(19).plusSeconds(3839)));
    assertThat(queue.pending()).isZero();
    queue.track(Lines.of("a"), after(Duration.ofDays(19).plusSeconds(3840)));
    assertThat(queue.pending()).isEqualTo(1);
  }

  @Test
  void whatIsNotWantedAnyMoreIsForgotten() {
    queue.track(Lines.of("a", "b"), BEGAN);
    read("a", 1, BEGAN);
    read("b", 2, BEGAN);

    queue.track(Lines.of("b"), BEGAN);

    assertThat(queue.known()).isEqualTo(Map.of("b", 2));
  }

  @Test
  void aKnownKeyIsReadAgainWhenItsTurnComes() {
    recurring.track(Lines.of("a", "b"), BEGAN);
    read(recurring, "a", 9, BEGAN);
    read(recurring, "b", 5, BEGAN);

    assertThat(recurring.remaining(BEGAN)).isEqualTo(Duration.ofHours(5).toNanos());
    read(recurring, "b", 6, after(Duration.ofHours(5)));
    assertThat(recurring.known()).isEqualTo(Map.of("a", 9, "b", 6));
    assertThat(recurring.remaining(after(Duration.ofHours(5))))
        .isEqualTo(Duration.ofHours(4).toNanos());
    read(recurring, "a", 9, after(Duration.ofHours(9)));
    read(recurring, "b", 6, after(Duration.ofHours(11)));
  }

  @Test
  void whatIsNewGoesBeforeWhatIsKnown() {
    readFirst(recurring, 1);
    recurring.track(Lines.of("a", "b"), after(Duration.ofHours(2)));

    read(recurring, "b", 1, after(Duration.ofHours(2)));
    read(recurring, "a", 1, after(Duration.ofHours(2)));
  }

  @Test
  void aKeyIsKnownUntilItsNextReadingCounts() {
    readFirst(recurring, 1);

    read(recurring, "a", -1, after(Duration.ofHours(1)));
    assertThat(recurring.known()).isEqualTo(Map.of("a", 1));
    read(recurring, "a", -1, after(Duration.ofHours(1).plus(SETTLE)));

    assertThat(recurring.known()).isEqualTo(Map.of("a", -1));
  }

  @Test
  void harmThatIsKnownCountsAtOnceWhenItIsReadAgain() {
    readFirst(recurring, -1);
    read(recurring, "a", -1, after(SETTLE));
    Duration again = SETTLE.plusHours(1);

    read(recurring, "a", -1, after(again));
    assertThat(recurring.remaining(after(again))).isEqualTo(Duration.ofHours(1).toNanos());
    read(recurring, "a", 3, after(again.plusHours(1)));

    assertThat(recurring.known()).isEqualTo(Map.of("a", 3));
  }

  @Test
  void aKnownKeyThatCannotBeReadAgainStaysKnownAndIsTriedAgain() {
    readFirst(recurring, 1);

    fail(recurring, "a", after(Duration.ofHours(1)));

    assertThat(recurring.known()).isEqualTo(Map.of("a", 1));
    assertThat(recurring.remaining(after(Duration.ofHours(1))))
        .isEqualTo(Duration.ofSeconds(30).toNanos());
  }

  @Test
  void theKnownKeyThatFailsAgainAndAgainIsTriedLessAndLessOften() {
    readFirst(recurring, 1);
    Duration turn = Duration.ofHours(1);

    for (int pause : List.of(30, 60, 120, 240, 480, 960, 1920, 3840, 3840)) {
      fail(recurring, "a", after(turn));
      assertThat(recurring.remaining(after(turn))).isEqualTo(Duration.ofSeconds(pause).toNanos());
      turn = turn.plusSeconds(pause);
    }

    read(recurring, "a", 9, after(turn));
    assertThat(recurring.remaining(after(turn))).isEqualTo(Duration.ofHours(9).toNanos());
    fail(recurring, "a", after(turn.plusHours(9)));
    assertThat(recurring.remaining(after(turn.plusHours(9))))
        .isEqualTo(Duration.ofSeconds(30).toNanos());
  }

  @Test
  void aTurnThatWasTakenInVainIsOverdue() {
    readFirst(recurring, 1);

    fail(recurring, "a", after(Duration.ofHours(2)));
    assertThat(recurring.overdue(after(Duration.ofHours(1)))).isEmpty();
    assertThat(recurring.overdue(after(Duration.ofHours(2)))).isEqualTo(Set.of("a"));
    fail(recurring, "a", after(Duration.ofHours(3)));
    assertThat(recurring.overdue(after(Duration.ofHours(2)))).isEqualTo(Set.of("a"));

    read(recurring, "a", 9, after(Duration.ofHours(4)));
    assertThat(recurring.overdue(after(Duration.ofHours(9)))).isEmpty();
  }

  @Test
  void whatIsBeingReadIsNotOverdue() {
    readFirst(recurring, 1);

    assertThat(recurring.take(after(Duration.ofHours(2)))).isEqualTo("a");

    assertThat(recurring.overdue(after(Duration.ofHours(5)))).isEmpty();
  }

  @Test
  void aTurnThatCameAndWasNotTakenIsOverdue() {
    recurring.track(Lines.of("a", "b"), BEGAN);
    read(recurring, "a", 1, BEGAN);
    read(recurring, "b", 5, BEGAN);

    assertThat(recurring.overdue(after(Duration.ofHours(1)))).isEmpty();
    assertThat(recurring.overdue(after(Duration.ofHours(3)))).isEqualTo(Set.of("a"));
    read(recurring, "a", 9, after(Duration.ofHours(3)));
    assertThat(recurring.overdue(after(Duration.ofHours(3)))).isEmpty();
  }

  @Test
  void aReadingThatSaysNothingTakesNoHarmBack() {
    var silent =
        new ReadingQueue<String, Integer>(
            new Confirmation<>(value -> value < 0, value -> value == 0, Object::equals, SETTLE),
            (_, value) -> Duration.ofHours(1 + Math.abs(value)).toNanos());
    silent.track(Lines.of("a"), BEGAN);
    read(silent, "a", -1, BEGAN);
    read(silent, "a", -1, after(SETTLE));
    Duration again = SETTLE.plusHours(2);

    read(silent, "a", 0, after(again));

    assertThat(silent.known()).isEqualTo(Map.of("a", -1));
    assertThat(silent.remaining(after(again))).isEqualTo(Duration.ofHours(1).toNanos());
    read(silent, "a", 3, after(again.plusHours(1)));
    read(silent, "a", 0, after(again.plusHours(5)));
    assertThat(silent.known()).isEqualTo(Map.of("a", 0));
  }

  @Test
  void whatIsForgottenHasNoTurn() {
    recurring.track(Lines.of("a", "b"), BEGAN);
    read(recurring, "a", 1, BEGAN);
    read(recurring, "b", 2, BEGAN);

    recurring.track(Lines.of("b"), BEGAN);

    assertThat(recurring.remaining(BEGAN)).isEqualTo(Duration.ofHours(2).toNanos());
  }

  /// Wants the key `a` alone, and reads it.
  private static void readFirst(ReadingQueue<String, Integer> queue, int value) {
    queue.track(Lines.of("a"), BEGAN);
    read(queue, "a", value, BEGAN);
  }

  private void read(String key, int value, long now) {
    read(queue, key, value, now);
  }

  private static void read(ReadingQueue<String, Integer> queue, String key, int value, long now) {
    assertThat(queue.remaining(now)).isLessThanOrEqualTo(0);
    assertThat(queue.take(now)).isEqualTo(key);
    queue.finish(key, Optional.of(value), now);
  }

  private void fail(String key, long now) {
    fail(queue, key, now);
  }

  private static void fail(ReadingQueue<String, Integer> queue, String key, long now) {
    assertThat(queue.take(now)).isEqualTo(key);
    queue.finish(key, Optional.empty(), now);
  }

  private static long after(Duration time) {
    return BEGAN + time.toNanos();
  }
}
