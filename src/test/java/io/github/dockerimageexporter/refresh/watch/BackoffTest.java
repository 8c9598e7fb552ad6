package io.github.dockerimageexporter.refresh.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofNanos(10), Duration.ofNanos(30));

  @Test
  void theFirstAttemptIsDueAtOnce() {
    assertThat(backoff.isDue(-5)).isTrue();
  }

  @Test
  void theSecondAttemptWaitsForTheShortestPause() {
    backoff.attempt(100);
    assertThat(backoff.isDue(109)).isFalse();
    assertThat(backoff.isDue(110)).isTrue();
  }

  @Test
  void pausesDoubleUpToTheLongest() {
    backoff.attempt(100);
    backoff.attempt(200);
    assertThat(backoff.isDue(219)).isFalse();
    assertThat(backoff.isDue(220)).isTrue();
    backoff.attempt(300);
    backoff.attempt(400);
    assertThat(backoff.isDue(429)).isFalse();
    assertThat(backoff.isDue(430)).isTrue();
  }

  @Test
  void anAttemptIsDueAtOnceAfterAReset() {
    backoff.attempt(100);
    backoff.reset();
    assertThat(backoff.isDue(101)).isTrue();
  }
}
