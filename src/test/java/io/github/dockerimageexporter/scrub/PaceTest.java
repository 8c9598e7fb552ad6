package io.github.dockerimageexporter.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final int CHUNK = 256 * 1024;
  private static final long RATE = 20L * 1024 * 1024;

  /// Time that passes while somebody sleeps, and by nothing else.
  private static final class FakeTime implements Pace.Timer {
    private long now = Long.MAX_VALUE - 1000;
    private long slept;
    private Runnable meanwhile = () -> {};

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      pass(nanos);
      slept += nanos;
      meanwhile.run();
    }

    void pass(long nanos) {
      now += nanos;
    }

    Duration slept() {
      return Duration.ofNanos(slept);
    }
  }

  private final FakeTime time = new FakeTime();

  @Test
  void asManyBytesAreReadASecondAsItWasTold() throws InterruptedIOException {
    var pace = new Pace(RATE, time);

    read(pace, 10 * RATE);

    assertThat(time.slept()).isBetween(Duration.ofMillis(9900), Duration.ofSeconds(10));
    assertThat(pace.bytesRead()).isEqualTo(10 * RATE);
  }

  @Test
  void twoThreadsReadAsManyTogether() throws InterruptedIOException {
    var one = new Pace(RATE, time);
    Pace other = one.beside();

    for (int i = 0; i < 5; i++) {
      read(one, RATE);
      read(other, RATE);
    }

    assertThat(time.slept()).isBetween(Duration.ofMillis(9900), Duration.ofSeconds(10));
    assertThat(List.of(one.bytesRead(), other.bytesRead())).containsOnly(5 * RATE);
  }

  @Test
  void whatReadsNothingDoesNotWaitForWhatOthersRead() throws InterruptedIOException {
    var one = new Pace(1, time);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> one.read(100)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();

    one.beside().begin();

    assertThat(time.slept()).isZero();
  }

  @Test
  void whatTheDiskTakesCounts() throws InterruptedIOException {
    var pace = new Pace(RATE, time);

    for (long bytes = 0; bytes < RATE; bytes += CHUNK) {
      time.pass(Duration.ofMillis(10).toNanos());
      pace.read(CHUNK);
    }

    assertThat(time.slept()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
  }

  @Test
  void aDiskThatIsSlowerIsNotMadeSlower() throws InterruptedIOException {
    var pace = new Pace(RATE, time);

    for (int i = 0; i < 100; i++) {
      time.pass(Duration.ofMillis(13).toNanos());
      pace.read(CHUNK);
    }

    assertThat(time.slept()).isZero();
  }

  @Test
  void timeInWhichNothingWasReadIsNotMadeUpFor() throws InterruptedIOException {
    var pace = new Pace(RATE, time);
    time.pass(Duration.ofHours(1).toNanos());

    read(pace, 10 * RATE);

    assertThat(time.slept()).isBetween(Duration.ofMillis(9900), Duration.ofSeconds(10));
  }

  @Test
  void withoutALimitNobodyWaits() throws InterruptedIOException {
    var pace = new Pace(0, time);

    read(pace, 10 * RATE);

    assertThat(time.slept()).isZero();
    assertThat(pace.bytesRead()).isEqualTo(10 * RATE);
  }

  @Test
  void aLayerIsBegunOnceThePauseIsOver() throws InterruptedIOException {
    var pace = new Pace(0, time);
    pace.pause(true);
    time.meanwhile = () -> pace.pause(time.slept < Duration.ofMinutes(5).toNanos());

    pace.begin();

    assertThat(time.slept()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void aLayerThatIsBeingReadWaitsToo() throws InterruptedIOException {
    var pace = new Pace(0, time);
    pace.begin();
    pace.pause(true);
    time.meanwhile = () -> pace.pause(time.slept < Duration.ofMinutes(5).toNanos());

    pace.read(CHUNK);

    assertThat(time.slept()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void anHourIsTheMostThatALayerWaits() throws InterruptedIOException {
    var pace = new Pace(0, time);
    pace.pause(true);

    pace.begin();
    pace.read(CHUNK);
    pace.read(CHUNK);

    assertThat(time.slept()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void theNextLayerWaitsAnew() throws InterruptedIOException {
    var pace = new Pace(0, time);
    pace.pause(true);

    pace.begin();
    pace.begin();

    assertThat(time.slept()).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    var pace = new Pace(1, time);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> pace.read(CHUNK)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static void read(Pace pace, long bytes) throws InterruptedIOException {
    for (long read = 0; read < bytes; read += CHUNK) {
      pace.read(CHUNK);
    }
  }
}
