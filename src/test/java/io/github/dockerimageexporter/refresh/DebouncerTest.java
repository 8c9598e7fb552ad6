package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DebouncerTest {
  private final Debouncer debouncer = new Debouncer(Duration.ofNanos(10), Duration.ofNanos(25));

  @Test
  void nothingIsPendingBeforeTheFirstEvent() {
    assertThat(debouncer.remaining(100)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void waitsForQuiet() {
    debouncer.event(100);
    debouncer.event(106);
    assertThat(debouncer.remaining(110)).isEqualTo(6);
    assertThat(debouncer.remaining(116)).isZero();
  }

  @Test
  void neverWaitsPastTheLimit() {
    for (long now = 100; now < 125; now += 5) {
      debouncer.event(now);
    }
    assertThat(debouncer.remaining(125)).isZero();
  }

  @Test
  void nothingIsPendingAfterARefresh() {
    debouncer.event(100);
    debouncer.done();
    assertThat(debouncer.remaining(200)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aBurstAfterARefreshHasALimitOfItsOwn() {
    debouncer.event(100);
    debouncer.done();
    debouncer.event(200);
    assertThat(debouncer.remaining(201)).isEqualTo(9);
  }

  @Test
  void survivesTheClocksWrapAround() {
    debouncer.event(Long.MAX_VALUE - 2);
    assertThat(debouncer.remaining(Long.MIN_VALUE)).isEqualTo(7);
  }
}
