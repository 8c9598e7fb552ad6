package io.github.dockerimageexporter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// The clock of this process, in which threads come, work and end.
class CpuClockTest {
  private static final double WORK_SECONDS = 0.3;

  private final CpuClock clock = CpuClock.of(ProcessHandle.current().pid());

  @Test
  void whatAThreadThatEndedTookStaysCounted() throws IOException, InterruptedException {
    double before = clock.seconds();

    Thread.ofPlatform().start(CpuClockTest::work).join();

    assertThat(clock.seconds() - before).isGreaterThanOrEqualTo(WORK_SECONDS);
  }

  @Test
  void whatAReaderTookDoesNotCountEvenAfterItsEnd() throws IOException, InterruptedException {
    var worked = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    double before = clock.seconds();
    Thread reader =
        Thread.ofPlatform()
            .name("usage-1")
            .start(
                () -> {
                  work();
                  worked.countDown();
                  awaitQuietly(end);
                });
    worked.await();
    await().until(() -> reader.getState() == Thread.State.WAITING);

    double during = clock.seconds() - before;
    end.countDown();
    reader.join();
    double after = clock.seconds() - before;

    assertThat(during).isNotNegative().isLessThan(WORK_SECONDS);
    assertThat(after).isBetween(during, WORK_SECONDS);
  }

  @Test
  void aProcessThatHasEndedIsNamed() throws IOException, InterruptedException {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();

    assertThatThrownBy(CpuClock.of(ended.pid())::seconds)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(Long.toString(ended.pid()));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void work() {
    var threads = ManagementFactory.getThreadMXBean();
    while (threads.getCurrentThreadCpuTime() < WORK_SECONDS * 1e9) {
      Thread.onSpinWait();
    }
  }
}
