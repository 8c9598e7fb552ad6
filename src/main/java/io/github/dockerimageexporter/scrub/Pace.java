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

  private final long bytesPerSecond;
  private final Timer timer;
  private final AtomicLong bytesRead = new AtomicLong();
  private volatile boolean isPaused;
  private long pausedNanos;

  /// When all that was read so far may have been read at the earliest.
  private long due;

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
    this.bytesPerSecond = bytesPerSecond;
    this.timer = timer;
    this.due = timer.nanoTime();
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
    await(0);
  }

  /// Takes note of bytes that were read, and returns as soon as more may be.
  public void read(int bytes) throws InterruptedIOException {
    bytesRead.addAndGet(bytes);
    await(bytes);
  }

  private void await(int bytes) throws InterruptedIOException {
    try {
      awaitRate(bytes);
      awaitOthers();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
  }

  /// Time in which nothing was read cannot be made up for.
  private void awaitRate(int bytes) throws InterruptedException {
    if (bytesPerSecond == 0) {
      return;
    }
    long now = timer.nanoTime();
    long earliest = now - SHORTEST_SLEEP_NANOS;
    due = (due - earliest > 0 ? due : earliest) + nanosFor(bytes);
    if (due - now >= SHORTEST_SLEEP_NANOS) {
      timer.sleep(due - now);
    }
  }

  private long nanosFor(int bytes) {
    return (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
  }

  private void awaitOthers() throws InterruptedException {
    while (isPaused && pausedNanos < LONGEST_PAUSE_NANOS) {
      timer.sleep(PAUSE_STEP_NANOS);
      pausedNanos += PAUSE_STEP_NANOS;
    }
  }
}
