package io.github.dockerimageexporter.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
  private final TokenBucket bucket =
      new TokenBucket(new Rate(Duration.ofMillis(100), 2), nanos::get);

  @Test
  void tokensComeBackOneByOne() {
    assertThat(take(3)).containsExactly(true, true, false);

    nanos.addAndGet(Duration.ofMillis(100).toNanos());

    assertThat(take(2)).containsExactly(true, false);
  }

  @Test
  void noMoreThanTheBurstIsSavedUp() {
    nanos.addAndGet(Duration.ofHours(1).toNanos());

    assertThat(take(3)).containsExactly(true, true, false);
  }

  private boolean[] take(int times) {
    boolean[] taken = new boolean[times];
    for (int i = 0; i < times; i++) {
      taken[i] = bucket.tryTake();
    }
    return taken;
  }
}
