package io.github.dockerimageexporter.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadingQueueTest {
  private static final long BEGAN = Long.MAX_VALUE - 1000;
  private static final Duration SETTLE = Duration.ofSeconds(5);

  /// Doubts what is negative.
  private final ReadingQueue<String, Integer> queue =
      new ReadingQueue<>(new Confirmation<>(value -> value < 0, SETTLE));

  @Test
  void keysAreReadInTheirOrder() {
    queue.track(List.of("a", "b"), BEGAN);

    assertThat(queue.remaining(BEGAN)).isZero();
    assertThat(queue.take()).isEqualTo("a");
    assertThat(queue.finish("a", Optional.of(1), BEGAN)).isFalse();
    assertThat(queue.take()).isEqualTo("b");
    assertThat(queue.finish("b", Optional.of(2), BEGAN)).isTrue();
    assertThat(queue.known()).isEqualTo(Map.of("a", 1, "b", 2));
    assertThat(queue.pending()).isZero();
    assertThat(queue.remaining(BEGAN)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aDoubtedReadingWaitsForTheSettleTimeAndCountsIfItStays() {
    queue.track(List.of("a"), BEGAN);
    read("a", -1, BEGAN);

    assertThat(queue.known()).isEmpty();
    assertThat(queue.pending()).isEqualTo(1);
    assertThat(queue.remaining(BEGAN)).isEqualTo(SETTLE.toNanos());

    read("a", -1, after(SETTLE));

    assertThat(queue.known()).isEqualTo(Map.of("a", -1));
  }

  @Test
  void whatIsNewGoesBeforeWhatIsDoubted() {
    queue.track(List.of("a"), BEGAN);
    read("a", -1, BEGAN);
    queue.track(List.of("a", "b"), after(SETTLE));

    assertThat(queue.take()).isEqualTo("b");
  }

  @Test
  void whatCouldNotBeReadIsReadWhenItIsTrackedNextAndThenAfterAPause() {
    queue.track(List.of("a"), BEGAN);
    fail("a", BEGAN);
    assertThat(queue.pending()).isZero();

    queue.track(List.of("a"), BEGAN);
    fail("a", BEGAN);

    queue.track(List.of("a"), after(Duration.ofSeconds(59)));
    assertThat(queue.pending()).isZero();
    queue.track(List.of("a"), after(Duration.ofSeconds(60)));
    assertThat(queue.pending()).isEqualTo(1);
  }

  @Test
  void thePauseEndsAtAboutAnHour() {
    for (int i = 0; i < 20; i++) {
      queue.track(List.of("a"), after(Duration.ofDays(i)));
      fail("a", after(Duration.ofDays(i)));
    }

    queue.track(List.of("a"), after(Duration.ofDays(19).plusSeconds(3839)));
    assertThat(queue.pending()).isZero();
    queue.track(List.of("a"), after(Duration.ofDays(19).plusSeconds(3840)));
    assertThat(queue.pending()).isEqualTo(1);
  }

  @Test
  void whatIsNotWantedAnyMoreIsForgotten() {
    queue.track(List.of("a", "b"), BEGAN);
    read("a", 1, BEGAN);
    read("b", 2, BEGAN);

    queue.track(List.of("b"), BEGAN);

    assertThat(queue.known()).isEqualTo(Map.of("b", 2));
  }

  private void read(String key, int value, long now) {
    assertThat(queue.take()).isEqualTo(key);
    queue.finish(key, Optional.of(value), now);
  }

  private void fail(String key, long now) {
    assertThat(queue.take()).isEqualTo(key);
    queue.finish(key, Optional.empty(), now);
  }

  private static long after(Duration time) {
    return BEGAN + time.toNanos();
  }
}
