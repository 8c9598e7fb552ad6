package io.github.dockerimageexporter.exporter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedReloadTest {
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void manyAtOnceAreFew() throws InterruptedException, ExecutionException {
    var reload = new SharedReload(() -> runs.incrementAndGet() > 0);

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = IntStream.range(0, 100).<Callable<Boolean>>mapToObj(_ -> reload::run).toList();
      for (Future<Boolean> one : threads.invokeAll(all)) {
        assertThat(one.get()).isTrue();
      }
    }

    assertThat(runs.get()).isBetween(1, 3);
  }

  @Test
  void oneThatIsAskedForLaterReadsAgain() throws InterruptedException {
    var reload = new SharedReload(() -> runs.incrementAndGet() == 1);
    long began = System.nanoTime();

    assertThat(reload.run()).isTrue();
    assertThat(reload.run()).isFalse();

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(900));
  }
}
