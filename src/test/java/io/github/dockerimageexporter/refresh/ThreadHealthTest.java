package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThreadHealthTest {
  private static final long BEGIN = Long.MAX_VALUE - 1;

  private final ThreadHealth health = new ThreadHealth();

  @Test
  void aThreadThatRestsIsWell() {
    health.begin(BEGIN);
    health.end();

    assertThat(health.ailment(Thread.currentThread(), after(Duration.ofDays(1)))).isEmpty();
  }

  @Test
  void aThreadIsWellUntilItHasWorkedForTenMinutes() {
    health.begin(BEGIN);

    assertThat(health.ailment(Thread.currentThread(), after(Duration.ofMinutes(10)))).isEmpty();
    assertThat(health.ailment(Thread.currentThread(), after(Duration.ofMinutes(11))))
        .contains("a scan has been running for 11 minutes");
  }

  @Test
  void aThreadThatHasEndedIsNot() throws InterruptedException {
    Thread ended = Thread.ofPlatform().start(() -> {});
    ended.join();

    assertThat(health.ailment(ended, BEGIN)).contains("the scanning thread has ended");
  }

  @Test
  void aThreadThatHasNotBegunIsWell() {
    assertThat(health.ailment(Thread.ofPlatform().unstarted(() -> {}), BEGIN)).isEmpty();
  }

  private static long after(Duration duration) {
    return BEGIN + duration.toNanos();
  }
}
