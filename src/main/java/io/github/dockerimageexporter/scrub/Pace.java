package io.github.dockerimageexporter.scrub;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// How fast a thread may read: as many bytes a second as it was told, and none while others have
/// work to do that it would disturb. That holds it up for an hour at most for each layer, so that
/// it gets on where there is always such work.
///
/// [#pause] and [#bytesRead] are for any thread, the others for the one that reads.
public final class Pace {
  private static final long PAUSE_STEP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NANOS = Duration.ofHours(1).toNanos();

  /// A sleep shorter than that costs more than it is good for.
  private static final long SHORTEST_SLEEP_NANOS = Duration.ofMillis(50).toNanos();

  private final Rate rate;
  private final Timer timer;
  private final AtomicLong bytesRead = new AtomicLong();
  private volatile boolean isPaused;
  private long pausedNanos;

  /// The time, and how to let it pass.
  public interface Timer {
    /// That of the system.
    Timer SYSTEM =
        new Timer() {
          @Override
          public long nanoTime() {
            return System.nanoTime();
          }

          @Override
          public void sleep(long nanos) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(nanos);
          }
        };

    long nanoTime();

    void sleep(long nanos) throws InterruptedException;
  }

  /// @param bytesPerSecond 0 for no limit
  public Pace(long bytesPerSecond, Timer timer) {
    this(new Rate(bytesPerSecond, timer.nanoTime()), timer);
  }

  private Pace(Rate rate, Timer timer) {
    this.rate = rate;
    this.timer = timer;
  }

  /// That of another thread: both together read as many bytes a second.
  public Pace beside() {
    return new Pace(rate, timer);
  }

  /// One that holds nobody up.
  public static Pace unlimited() {
    return new Pace(0, Timer.SYSTEM);
  }

  /// Whether to read nothing for now.
  public void pause(boolean paused) {
    isPaused = paused;
  }

  /// Whether nothing is read for now, by a thread that has not waited for an hour.
  public boolean isPaused() {
    return isPaused;
  }

  /// How many bytes were read in all.
  public long bytesRead() {
    return bytesRead.get();
  }

  /// Begins another layer, as soon as that may be.
  public void begin() throws InterruptedIOException {
    pausedNanos = 0;
    await(this::awaitOthers);
  }

  /// Takes note of bytes that were read, and returns as soon as more may be.
  public void read(int bytes) throws InterruptedIOException {
    bytesRead.addAndGet(bytes);
    await(
        () -> {
          awaitRate(bytes);
          awaitOthers();
        });
  }

  /// What has to pass before more is read.
  @FunctionalInterface
  private interface Wait {
    void end() throws InterruptedException;
  }

  private static void await(Wait wait) throws InterruptedIOException {
    try {
      wait.end();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
  }

  private void awaitRate(int bytes) throws InterruptedException {
    long nanos = rate.nanosUntilDue(bytes, timer.nanoTime());
    if (nanos >= SHORTEST_SLEEP_NANOS) {
      timer.sleep(nanos);
    }
  }

  private void awaitOthers() throws InterruptedException {
    while (isPaused && pausedNanos < LONGEST_PAUSE_NANOS) {
      timer.sleep(PAUSE_STEP_NANOS);
      pausedNanos += PAUSE_STEP_NANOS;
    }
  }

  /// What all threads may read together; for any of them.
  private static final class Rate {
    private final long bytesPerSecond;

    /// When all that was read so far may have been read at the earliest.
    private long due;

    Rate(long bytesPerSecond, long now) {
      this.bytesPerSecond = bytesPerSecond;
      this.due = now;
    }

    /// How long it takes until more may be read than these bytes. Time in which nothing was read
    /// cannot be made up for.
    synchronized long nanosUntilDue(int bytes, long now) {
      if (bytesPerSecond == 0) {
        return 0;
      }
      long earliest = now - SHORTEST_SLEEP_NANOS;
      due = (due - earliest > 0 ? due : earliest) + nanosFor(bytes);
      return due - now;
    }

    private long nanosFor(int bytes) {
      return (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
    }
  }
}
