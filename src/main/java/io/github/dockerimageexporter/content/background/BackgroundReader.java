package io.github.dockerimageexporter.content.background;

import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.posix.ExhaustedException;
import io.github.dockerimageexporter.posix.Kernel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what takes long to read, by one thread that lets all others go first.
///
/// The key names a thing and its state, so that a thing that changes is another key and is read
/// again. What is read next, and what counts, is up to a [ReadingQueue]. All methods may be called
/// by any thread.
public final class BackgroundReader<K, V> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundReader.class);
  private static final long CHANGE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(1);
  private static final long MAX_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Function<K, Optional<V>> reading;
  private final Consumer<Kernel> priority;
  private final boolean rests;
  private final Runnable onChange;
  private final Thread thread;
  private final ReadingQueue<K, V> queue;
  private boolean closed;

  /// Of the thread alone: when it last told of a change, and whether the last reading failed for
  /// want of descriptors or memory.
  private long told = System.nanoTime();

  private boolean exhausted;

  /// Starts the thread.
  ///
  /// @param priority sets that of the thread
  /// @param rests whether it pauses after each reading for as long as that took
  /// @param reading what there is to know; empty if that could not be read now
  /// @param queue what is read next; its own from now on
  /// @param onChange told by the thread that [#known] has changed: about once a second while
  ///     something waits, and when nothing does
  public BackgroundReader(
      String name,
      Consumer<Kernel> priority,
      boolean rests,
      Function<K, Optional<V>> reading,
      ReadingQueue<K, V> queue,
      Runnable onChange) {
    this.reading = reading;
    this.priority = priority;
    this.rests = rests;
    this.onChange = onChange;
    this.queue = queue;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /// Makes `wanted` all that is read; what is known of others is forgotten.
  ///
  /// @param wanted where each stands in line, the lowest first
  public synchronized void track(PersistentMap<K, Long> wanted) {
    queue.track(wanted, System.nanoTime());
    notifyAll();
  }

  /// What has been read so far.
  public synchronized PersistentMap<K, V> known() {
    return queue.known();
  }

  /// What has been read of one.
  public synchronized Optional<V> known(K key) {
    return queue.known(key);
  }

  /// Those of which nothing is known yet.
  public synchronized Set<K> unread() {
    return queue.unread();
  }

  /// How many are being read, or wait.
  public synchronized int pending() {
    return queue.pending();
  }

  /// Whether a reading of it waits for its second, or for that to end.
  public synchronized boolean isDoubted(K key) {
    return queue.isDoubted(key);
  }

  /// The known ones that should have been read again that long ago.
  public synchronized Set<K> overdue(Duration since) {
    return queue.overdue(System.nanoTime() - since.toNanos());
  }

  /// Nanoseconds until the next one is read; [Long#MAX_VALUE] if none is to be.
  public synchronized long remaining() {
    return untilNext();
  }

  /// Waits until nothing is left to read, or until this is closed.
  public synchronized void awaitIdle() throws InterruptedException {
    while (pending() > 0 && !closed) {
      wait();
    }
  }

  /// Stops the thread, within a reading too if that heeds an interrupt.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.interrupt();
    try {
      thread.join(STOP_LIMIT);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Goes on whatever fails, and whoever interrupts it, until [#close].
  private void run() {
    priority.accept(Kernel.ofThread());
    while (!isClosed()) {
      try {
        var _ = Thread.interrupted();
        readNext();
      } catch (InterruptedException ended) {
        // By close, or by somebody who has no business with it.
      } catch (RuntimeException | Error e) {
        LOG.error("failed to store a reading", e);
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void readNext() throws InterruptedException {
    K key = take();
    long began = System.nanoTime();
    boolean last = finish(key, read(key));
    long now = System.nanoTime();
    if (last || now - told >= CHANGE_NANOS) {
      told = now;
      onChange.run();
    }
    if (rests) {
      TimeUnit.NANOSECONDS.sleep(Math.min(now - began, MAX_REST_NANOS));
    }
  }

  private Optional<V> read(K key) {
    try {
      Optional<V> read = reading.apply(key);
      exhausted = false;
      return read;
    } catch (ExhaustedException ours) {
      logOnce(ours);
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      LOG.atError().addKeyValue("what", key).setCause(e).log("cannot read");
      return Optional.empty();
    }
  }

  private void logOnce(ExhaustedException failure) {
    if (!exhausted) {
      LOG.atError()
          .addKeyValue("reader", Thread.currentThread().getName())
          .addKeyValue("error", failure.getMessage())
          .log("cannot read");
    }
    exhausted = true;
  }

  private synchronized K take() throws InterruptedException {
    for (long wait = untilNext(); wait > 0 && !closed; wait = untilNext()) {
      TimeUnit.NANOSECONDS.timedWait(this, wait);
    }
    if (closed) {
      throw new InterruptedException("closed");
    }
    return queue.take(System.nanoTime());
  }

  private long untilNext() {
    return queue.remaining(System.nanoTime());
  }

  /// Takes a result; whether it was the last.
  private synchronized boolean finish(K key, Optional<V> value) {
    boolean last = queue.finish(key, value, System.nanoTime());
    notifyAll();
    return last;
  }
}
