package io.github.dockerimageexporter.content;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what is read next, and which readings count.
///
/// | a key                         | is read                                                     |
/// |-------------------------------|-------------------------------------------------------------|
/// | that is new                   | before all others                                           |
/// | whose reading is doubted      | again, the settle time later; it counts if that is the same |
/// | that could not be read        | when it is tracked next, then not before a pause            |
///
/// The pause doubles with each further failure in a row, up to an hour. All `now` values are
/// nanoseconds of one [System#nanoTime] clock. Not thread-safe.
final class ReadingQueue<K, V> {
  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int MOST_DOUBLINGS = 7;

  private final Confirmation<V> confirmation;
  private final LinkedHashSet<K> waiting = new LinkedHashSet<>();
  private final LinkedHashMap<K, Doubt<V>> doubts = new LinkedHashMap<>();
  private final Map<K, Failure> failures = new HashMap<>();
  private final Map<K, V> known = new HashMap<>();
  private @Nullable Map<K, V> copy;
  private Optional<K> current = Optional.empty();

  /// A reading that waits for its second, which is due then.
  private record Doubt<V>(V value, long due) {}

  /// @param until when it is not to be read again before
  private record Failure(int inARow, long until) {}

  ReadingQueue(Confirmation<V> confirmation) {
    this.confirmation = confirmation;
  }

  /// Makes `wanted` all that is read, the first of them first; what is known of others is
  /// forgotten.
  void track(Collection<K> wanted, long now) {
    waiting.clear();
    if (!failures.isEmpty() || !doubts.isEmpty()) {
      Set<K> all = new HashSet<>(wanted);
      failures.keySet().retainAll(all);
      doubts.keySet().retainAll(all);
    }
    for (K key : wanted) {
      if (!known.containsKey(key) && !doubts.containsKey(key) && !isPaused(key, now)) {
        waiting.add(key);
      }
    }
    current.ifPresent(waiting::remove);
    if (known.size() > wanted.size() - waiting.size() - doubts.size() - failures.size()) {
      known.keySet().retainAll(new HashSet<>(wanted));
      copy = null;
    }
  }

  private boolean isPaused(K key, long now) {
    Failure last = failures.get(key);
    return last != null && now - last.until() < 0;
  }

  /// What has been read so far; copied only if it is not what it was when it was last asked for.
  Map<K, V> known() {
    Map<K, V> latest = copy;
    if (latest == null) {
      latest = Map.copyOf(known);
      copy = latest;
    }
    return latest;
  }

  /// How many are being read, or wait.
  int pending() {
    return waiting.size() + doubts.size() + (current.isPresent() ? 1 : 0);
  }

  /// Nanoseconds until there is something to [#take]; [Long#MAX_VALUE] if nothing waits.
  long remaining(long now) {
    if (!waiting.isEmpty()) {
      return 0;
    }
    return doubts.isEmpty() ? Long.MAX_VALUE : doubts.firstEntry().getValue().due() - now;
  }

  /// The next to be read, of those that wait.
  K take() {
    K next = waiting.isEmpty() ? doubts.firstEntry().getKey() : waiting.removeFirst();
    current = Optional.of(next);
    return next;
  }

  /// Takes a result; whether it was the last for now.
  ///
  /// @param value empty if it could not be read
  boolean finish(K key, Optional<V> value, long now) {
    current = Optional.empty();
    Optional<V> first = Optional.ofNullable(doubts.remove(key)).map(Doubt::value);
    if (value.isPresent() && counts(value.get(), first)) {
      failures.remove(key);
      known.put(key, value.get());
      copy = null;
    } else if (value.isPresent()) {
      doubts.put(key, new Doubt<>(value.get(), now + confirmation.settle().toNanos()));
    } else {
      failures.merge(key, failure(0, now), (last, _) -> failure(last.inARow(), now));
    }
    return waiting.isEmpty();
  }

  private boolean counts(V value, Optional<V> first) {
    return !confirmation.doubted().test(value) || first.filter(value::equals).isPresent();
  }

  private static Failure failure(int before, long now) {
    long pause = before == 0 ? 0 : FIRST_PAUSE_NANOS << Math.min(before, MOST_DOUBLINGS);
    return new Failure(before + 1, now + pause);
  }
}
