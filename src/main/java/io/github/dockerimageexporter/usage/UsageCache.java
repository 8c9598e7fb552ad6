package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.ExhaustedException;
import io.github.dockerimageexporter.posix.Kernel;
import io.github.dockerimageexporter.usage.Measurement.Result;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the tracked directories take on disk, measured by a few threads in the background.
///
/// A new directory is measured at once, ahead of those due again. All methods may be called by any
/// thread.
public final class UsageCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageCache.class);
  /// The interval of one that measures nothing twice.
  public static final Duration NEVER_AGAIN = Duration.ofDays(36_500);

  private static final long CHANGE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

  private final Supplier<Measuring> measuring;
  private final Runnable onChange;
  private final LongSupplier nanoClock;
  private final MeasureQueue queue;
  private final List<Thread> threads;
  private long scanned;
  private boolean changed;
  private long told;
  private boolean closed;

  /// Starts the threads.
  ///
  /// @param interval how long a measurement holds
  /// @param onChange told, by one of the threads, that [#measured] has changed:
  ///     about once a second while directories wait, and when none does
  public UsageCache(int threads, Duration interval, Runnable onChange) {
    this(threads, interval, () -> Measuring.PLAIN, onChange);
  }

  /// The same, with threads that measure in another way.
  ///
  /// @param measuring makes that of a thread
  public UsageCache(
      int threads, Duration interval, Supplier<Measuring> measuring, Runnable onChange) {
    this(threads, interval, measuring, onChange, System::nanoTime);
  }

  UsageCache(
      int threads,
      Duration interval,
      Supplier<Measuring> measuring,
      Runnable onChange,
      LongSupplier nanoClock) {
    this.measuring = measuring;
    this.onChange = onChange;
    this.nanoClock = nanoClock;
    this.queue = new MeasureQueue(interval);
    this.told = nanoClock.getAsLong();
    this.threads =
        IntStream.rangeClosed(1, threads)
            .mapToObj(i -> Thread.ofPlatform().daemon().name("usage-" + i).unstarted(new Worker()))
            .toList();
    this.threads.forEach(Thread::start);
  }

  /// Makes `present` all that is measured. A target not seen before, or with another inode than
  /// before, is measured first; what is not in `present` is forgotten.
  public synchronized void track(PersistentMap<Path, MeasureTarget> present) {
    queue.track(present);
    notifyAll();
  }

  /// What it was last told to measure.
  public synchronized PersistentMap<Path, MeasureTarget> targets() {
    return queue.targets();
  }

  /// What is known so far. A directory that has not been measured yet or has vanished is not in it;
  /// one that cannot be read is, without a figure but that.
  public synchronized PersistentMap<Path, DirectoryUsage> measured() {
    return queue.measured();
  }

  /// How many directories are being measured, or wait for their first time.
  public synchronized int pending() {
    return queue.pending();
  }

  /// Whether a directory is being measured, or waits for its first time.
  public synchronized boolean isPending(Path directory) {
    return queue.isPending(directory);
  }

  /// How many measurements have been made since the start.
  public synchronized long scanned() {
    return scanned;
  }

  /// Waits until nothing is pending, or until this is closed.
  public synchronized void awaitIdle() throws InterruptedException {
    while (queue.pending() > 0 && !closed) {
      wait();
    }
  }

  /// Stops the threads.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    threads.forEach(Thread::interrupt);
    try {
      for (var thread : threads) {
        thread.join(STOP_LIMIT);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Measurement take() throws InterruptedException {
    while (true) {
      long now = nanoClock.getAsLong();
      var next = queue.take(now);
      if (next.isPresent()) {
        return next.get();
      }
      TimeUnit.NANOSECONDS.timedWait(this, queue.remaining(now));
    }
  }

  private void finish(Measurement measurement, Result result) {
    if (record(measurement, result)) {
      onChange.run();
    }
  }

  /// Takes the result; whether it is time to tell of it.
  private synchronized boolean record(Measurement measurement, Result result) {
    long now = nanoClock.getAsLong();
    scanned++;
    changed |= queue.finish(measurement, result, now);
    notifyAll();
    if (!changed || (queue.pending() > 0 && now - told < CHANGE_NANOS)) {
      return false;
    }
    changed = false;
    told = now;
    return true;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /// What each thread does until [#close].
  private final class Worker implements Runnable {
    private final Measuring own = measuring.get();
    private Optional<Measurement> current = Optional.empty();
    private boolean retry;
    private boolean exhausted;

    @Override
    public void run() {
      Kernel.ofThread().yieldPriority();
      var measurer = new DirectoryMeasurer(this::warn);
      while (!isClosed()) {
        try {
          var measurement = take();
          current = Optional.of(measurement);
          finish(measurement, measure(measurer, measurement));
        } catch (InterruptedException | ClosedByInterruptException stopped) {
          return;
        } catch (RuntimeException | Error e) {
          LOG.error("failed to store new sizes", e);
        }
      }
    }

    private Result measure(DirectoryMeasurer measurer, Measurement measurement)
        throws ClosedByInterruptException {
      MeasureTarget target = measurement.target();
      retry = false;
      try {
        DirectoryUsage usage = own.measure(measurer, target);
        exhausted = false;
        return Result.of(usage, retry);
      } catch (ExhaustedException ours) {
        logOnce(ours);
        return measurement.result().retried();
      } catch (ClosedByInterruptException stopped) {
        throw stopped;
      } catch (NoSuchFileException vanished) {
        return Result.VANISHED;
      } catch (FileSystemException e) {
        warn(e);
        return Result.unreadable(retry);
      } catch (IOException | RuntimeException | Error e) {
        LOG.atError().addKeyValue("path", target.directory()).setCause(e).log("cannot measure");
        return Result.unreadable(true);
      }
    }

    private void logOnce(ExhaustedException failure) {
      if (!exhausted) {
        LOG.atError().addKeyValue("error", failure.getMessage()).log("failed to measure sizes");
      }
      exhausted = true;
    }

    private void warn(FileSystemException failure) {
      retry |= !(failure instanceof AccessDeniedException);
      if (current.filter(measurement -> measurement.isNews(failure)).isPresent()) {
        LOG.atWarn()
            .addKeyValue("path", failure.getFile())
            .addKeyValue("error", failure.getReason())
            .log("cannot measure");
      }
    }
  }
}
