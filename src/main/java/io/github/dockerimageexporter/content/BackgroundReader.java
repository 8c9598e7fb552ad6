package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.posix.ExhaustedException;
import io.github.dockerimageexporter.posix.Kernel;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what takes long to read, once for each state it is in, by one thread that lets all others
/// go first.
///
/// The key names a thing and its state, so that a thing that changes is another key and is read
/// again. A reading that is doubted counts only once a later one, read from the disk again, gives
/// the same ([Confirmation]). Read again is, too, what could not be read: when it is tracked next,
/// and after each further failure in a row not before twice as long a pause, up to an hour. All
/// methods may be called by any thread.
final class BackgroundReader<K, V> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundReader.class);
  private static final long CHANGE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(1);
  private static final long MAX_REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final int MOST_DOUBLINGS = 7;

  private final Function<K, Optional<V>> reading;
  private final Confirmation<V> confirmation;
  private final boolean rests;
  private final Runnable onChange;
  private final Thread thread;
  private final LinkedHashSet<K> waiting = new LinkedHashSet<>();
  private final LinkedHashMap<K, Doubt<V>> doubts = new LinkedHashMap<>();
  private final Map<K, Failure> failures = new HashMap<>();
  private Map<K, V> known = new HashMap<>();
  private @Nullable Map<K, V> copy;
  private Optional<K> current = Optional.empty();
  private boolean closed;

  /// Of the thread alone: when it last told of a change, and whether the last reading failed for
  /// want of descriptors or memory.
  private long told = System.nanoTime();

  private boolean exhausted;

  /// Which readings count only if a second one gives the same.
  ///
  /// @param settle the least time between the two
  record Confirmation<V>(Predicate<V> doubted, Duration settle) {}

  /// A reading that waits for its second.
  ///
  /// @param due when that can be, in nanoseconds of [System#nanoTime]
  private record Doubt<V>(V value, long due) {}

  /// @param until when it is not to be read again before, in nanoseconds of [System#nanoTime]
  private record Failure(int inARow, long until) {}

  /// Starts the thread.
  ///
  /// @param reading what there is to know; empty if that could not be read now
  /// @param rests whether it pauses after each reading for as long as that took
  /// @param onChange told by the thread that [#known] has changed: about once a second while
  ///     something waits, and when nothing does
  BackgroundReader(
      String name,
      boolean rests,
      Function<K, Optional<V>> reading,
      Confirmation<V> confirmation,
      Runnable onChange) {
    this.reading = reading;
    this.confirmation = confirmation;
    this.rests = rests;
    this.onChange = onChange;
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /// Makes `wanted` all that is read, the first of them first; what is known of others is
  /// forgotten.
  synchronized void track(Collection<K> wanted) {
    waiting.clear();
    if (!failures.isEmpty() || !doubts.isEmpty()) {
      Set<K> all = new HashSet<>(wanted);
      failures.keySet().retainAll(all);
      doubts.keySet().retainAll(all);
    }
    for (K key : wanted) {
      if (!known.containsKey(key) && !doubts.containsKey(key) && !isPaused(key)) {
        waiting.add(key);
      }
    }
    current.ifPresent(waiting::remove);
    if (known.size() > wanted.size() - waiting.size() - doubts.size() - failures.size()) {
      known.keySet().retainAll(new HashSet<>(wanted));
      copy = null;
    }
    notifyAll();
  }

  private boolean isPaused(K key) {
    Failure last = failures.get(key);
    return last != null && System.nanoTime() - last.until() < 0;
  }

  /// What has been read so far; copied only if it is not what it was when it was last asked for.
  synchronized Map<K, V> known() {
    Map<K, V> latest = copy;
    if (latest == null) {
      latest = Map.copyOf(known);
      copy = latest;
    }
    return latest;
  }

  /// How many are being read, or wait.
  synchronized int pending() {
    return waiting.size() + doubts.size() + (current.isPresent() ? 1 : 0);
  }

  /// Waits until nothing is left to read, or until this is closed.
  synchronized void awaitIdle() throws InterruptedException {
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

  private void run() {
    Kernel.ofThread().yieldPriority();
    while (!Thread.currentThread().isInterrupted()) {
      try {
        readNext();
      } catch (InterruptedException stopped) {
        return;
      } catch (RuntimeException | Error e) {
        LOG.error("failed to store a reading", e);
      }
    }
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
    while (waiting.isEmpty() && untilSecond() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, untilSecond());
    }
    K next = waiting.isEmpty() ? doubts.firstEntry().getKey() : waiting.removeFirst();
    current = Optional.of(next);
    return next;
  }

  /// Nanoseconds until a second reading is due; [Long#MAX_VALUE] if none is.
  private long untilSecond() {
    return doubts.isEmpty()
        ? Long.MAX_VALUE
        : doubts.firstEntry().getValue().due() - System.nanoTime();
  }

  private static Failure failure(int before) {
    long pause = before == 0 ? 0 : FIRST_PAUSE_NANOS << Math.min(before, MOST_DOUBLINGS);
    return new Failure(before + 1, System.nanoTime() + pause);
  }

  /// Takes a result; whether it was the last.
  private synchronized boolean finish(K key, Optional<V> value) {
    current = Optional.empty();
    Optional<V> first = Optional.ofNullable(doubts.remove(key)).map(Doubt::value);
    if (value.isPresent() && counts(value.get(), first)) {
      failures.remove(key);
      known.put(key, value.get());
      copy = null;
    } else if (value.isPresent()) {
      long due = System.nanoTime() + confirmation.settle().toNanos();
      doubts.put(key, new Doubt<>(value.get(), due));
    } else {
      failures.merge(key, failure(0), (last, _) -> failure(last.inARow()));
    }
    notifyAll();
    return waiting.isEmpty();
  }

  private boolean counts(V value, Optional<V> first) {
    return !confirmation.doubted().test(value) || first.filter(value::equals).isPresent();
  }
}
