package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.logging.LogLines;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MeasuringLogTest {
  private static final long BEGAN = Long.MAX_VALUE - 1000;

  private final LogLines lines = LogLines.of(MeasuringLog.class);
  private final MeasuringLog log = new MeasuringLog(BEGAN);

  @AfterEach
  void listenNoMore() {
    lines.close();
  }

  @Test
  void itSaysOnceAMinuteHowFarItIsAndWhenItIsComplete() {
    for (int second = 1; second <= 150; second++) {
      log.at(after(second), 150 - second, second, () -> 5_000);
    }
    log.at(after(151), 3, 153, () -> 6_000);

    assertThat(lines.get())
        .containsExactly(
            "msg=\"measuring directories for the first time\" directories=60 pending=90 bytes=5000"
                + " seconds=60",
            "msg=\"measuring directories for the first time\" directories=120 pending=30 bytes=5000"
                + " seconds=120",
            "msg=\"first measurement complete\" directories=150 pending=0 bytes=5000 seconds=150");
  }

  @Test
  void whatTakesLessThanAMinuteIsNotTold() {
    log.at(after(1), 2, 1, () -> 1);
    log.at(after(59), 0, 3, () -> 3);
    log.at(after(300), 5, 3, () -> 3);

    assertThat(lines.get()).isEmpty();
  }

  @Test
  void itSaysWhenItIsDueUntilItIsComplete() {
    assertThat(log.remaining(after(10))).isEqualTo(Duration.ofSeconds(50).toNanos());

    log.at(after(20), 0, 1, () -> 1);

    assertThat(log.remaining(after(30))).isEqualTo(Long.MAX_VALUE);
  }

  private static long after(int seconds) {
    return BEGAN + Duration.ofSeconds(seconds).toNanos();
  }
}
