package io.github.dockerimageexporter.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SideWorkTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void itEndsAsItsProgramDoes() {
    assertThat(SideWork.start(() -> Program.of("true").run()).result()).succeedsWithin(LIMIT);
    assertThat(SideWork.start(() -> Program.of("false").run()).result())
        .failsWithin(LIMIT)
        .withThrowableThat()
        .withCauseInstanceOf(IOException.class);
  }

  @Test
  void whoEndsItEndsItsProgram() {
    var seconds = "600.%d".formatted(ProcessHandle.current().pid());
    var work = SideWork.start(() -> Program.of("sleep", seconds).run());
    await("start of the program").until(() -> running(seconds).count() == 1);

    work.close();

    assertThat(work.result()).isCompletedExceptionally();
    await("end of the program").until(() -> running(seconds).count() == 0);
  }

  /// As many as the common pool has threads, and one more.
  @Test
  void theEndOfAProcessIsSeenHoweverMuchIsDone() throws IOException {
    List<SideWork> all =
        Stream.generate(() -> SideWork.start(() -> Thread.sleep(LIMIT.multipliedBy(10))))
            .limit(ForkJoinPool.getCommonPoolParallelism() + 1)
            .toList();
    try {
      var process = new ProcessBuilder("sleep", "600").start();
      assertThat(process.destroyForcibly().onExit()).succeedsWithin(LIMIT);
    } finally {
      all.forEach(SideWork::close);
    }
  }

  private static Stream<ProcessHandle> running(String argument) {
    return ProcessHandle.current()
        .children()
        .filter(it -> it.info().commandLine().orElse("").endsWith(argument));
  }
}
