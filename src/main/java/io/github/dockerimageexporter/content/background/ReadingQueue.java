package io.github.dockerimageexporter.content.background;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.persistent.VersionedMap;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;

/// Decides what is read next, and which readings count.
///
/// | a key                         | is read                                                     |
/// |-------------------------------|-------------------------------------------------------------|
/// | that is new                   | before those that are known                                 |
/// | whose reading is doubted      | again, the settle time later; it counts if that is the same |
/// | that could not be read        | when it is tracked next, then not before a pause; a known   |
/// |                               | one after a pause                                           |
/// | that is known                 | again when its [Recurrence] says, and is known meanwhile    |
/// | whose confirmed reading is    | the same; it stays known                                    |
/// | followed by a silent one      |                                                             |
///
/// What is new takes turns with what is doubted, so that neither waits for all of the others.
///
/// The pause doubles with each further failure in a row, up to an hour. All `now` values are
/// nanoseconds of one [System#nanoTime] clock. Not thread-safe.
public final class ReadingQueue<K, V> {
  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int MOST_DOUBLINGS = 7;

  private final Confirmation<V> confirmation;
  private final Recurrence<K, V> recurrence;
  private final Set<K> waiting = new HashSet<>();

  /// Those that wait, and some that do not any more.
  private final PriorityQueue<Place<K>> line = new PriorityQueue<>();

  private final LinkedHashMap<K, Doubt<V>> doubts = new LinkedHashMap<>();
  private final Map<K, Failure> failures = new HashMap<>();
  private final VersionedMap<K, V> known = new VersionedMap<>(KeyOrder.byHash());
  private final PriorityQueue<Turn<K>> turns =
      new PriorityQueue<>((one, other) -> Long.signum(one.due() - other.due()));

  /// When the turns came that were taken, of the known keys that were not read since.
  private final Map<K, Long> late = new HashMap<>();

  private PersistentMap<K, Long> wanted = PersistentMap.empty(KeyOrder.byHash());
  private Optional<K> current = Optional.empty();
  private boolean isDoubtsTurn;
  private long arrivals;

  /// Where a key stands in line; of two at one place, the one that came first is first.
  private record Place<K>(K key, long place, long number) implements Comparable<Place<K>> {
    @Override
    public int compareTo(Place<K> other) {
      int byPlace = Long.compare(place, other.place);
      return byPlace == 0 ? Long.compare(number, other.number) : byPlace;
    }
  }

  /// A reading that waits for its second, which is due then.
  private record Doubt<V>(V value, long due) {}

  /// @param until when it is not to be read again before
  private record Failure(int inARow, long until) {}

  /// When a known key is read again.
  private record Turn<K>(K key, long due) {}

  /// One that reads what is known only once.
  public ReadingQueue(Confirmation<V> confirmation) {
    this(confirmation, (_, _) -> Recurrence.NEVER);
  }

  public ReadingQueue(Confirmation<V> confirmation, Recurrence<K, V> recurrence) {
    this.confirmation = confirmation;
    this.recurrence = recurrence;
  }

  /// Makes `present` all that is read; what is known of others is forgotten.
  ///
  /// @param present where each stands in line, the lowest first
  void track(PersistentMap<K, Long> present, long now) {
    Set<K> gone = new HashSet<>();
    present.changesSince(
        wanted,
        (key, _, place) -> {
          if (place == null) {
            gone.add(key);
          } else if (isUnread(key) && !failures.containsKey(key)) {
            await(key, place);
          }
        });
    wanted = present;
    forget(gone);
    for (Map.Entry<K, Failure> failed : failures.entrySet()) {
      if (isUnread(failed.getKey()) && now - failed.getValue().until() >= 0) {
        await(failed.getKey(), wanted.getOrDefault(failed.getKey(), 0L));
      }
    }
  }

  private boolean isUnread(K key) {
    return !known.containsKey(key) && !doubts.containsKey(key) && !current.equals(Optional.of(key));
  }

  private void await(K key, long place) {
    waiting.add(key);
    line.add(new Place<>(key, place, arrivals++));
  }

  private void forget(Set<K> gone) {
    boolean areKnown = false;
    for (K key : gone) {
      areKnown |= known.containsKey(key);
      known.remove(key);
      waiting.remove(key);
      doubts.remove(key);
      failures.remove(key);
      late.remove(key);
    }
    if (areKnown) {
      turns.removeIf(turn -> gone.contains(turn.key()));
    }
  }

  /// What has been read so far.
  PersistentMap<K, V> known() {
    return known.version();
  }

  /// What has been read of one.
  Optional<V> known(K key) {
    return Optional.ofNullable(known.get(key));
  }

  /// The wanted ones of which nothing is known.
  Set<K> unread() {
    Set<K> unread = new HashSet<>(waiting);
    unread.addAll(doubts.keySet());
    unread.addAll(failures.keySet());
    current.ifPresent(unread::add);
    unread.removeIf(known::containsKey);
    return unread;
  }

  /// How many are being read, or wait, those whose turn comes again not counted.
  int pending() {
    return waiting.size() + doubts.size() + (current.isPresent() ? 1 : 0);
  }

  /// Whether a reading of it waits for its second, or for that to end.
  boolean isDoubted(K key) {
    return doubts.containsKey(key);
  }

  /// The known keys whose turn came earlier than `before`, and that were not read since. One that
  /// is being read is late only if it could not be read before.
  Set<K> overdue(long before) {
    if (late.isEmpty() && (turns.isEmpty() || turns.element().due() - before >= 0)) {
      return Set.of();
    }
    return Stream.concat(
            turns.stream(),
            late.entrySet().stream().map(it -> new Turn<>(it.getKey(), it.getValue())))
        .filter(turn -> turn.due() - before < 0)
        .map(Turn::key)
        .filter(key -> failures.containsKey(key) || !current.equals(Optional.of(key)))
        .collect(toUnmodifiableSet());
  }

  /// Nanoseconds until there is something to [#take]; [Long#MAX_VALUE] if nothing waits.
  long remaining(long now) {
    return waiting.isEmpty() ? Math.min(untilDoubt(now), untilTurn(now)) : 0;
  }

  private long untilDoubt(long now) {
    return doubts.isEmpty() ? Long.MAX_VALUE : doubts.firstEntry().getValue().due() - now;
  }

  private long untilTurn(long now) {
    return turns.isEmpty() ? Long.MAX_VALUE : turns.element().due() - now;
  }

  /// The next to be read, once nothing [#remaining] is to be waited for.
  K take(long now) {
    boolean isDoubtDue = untilDoubt(now) <= 0;
    K next;
    if (isDoubtDue && (waiting.isEmpty() || isDoubtsTurn)) {
      next = doubts.firstEntry().getKey();
      isDoubtsTurn = false;
    } else if (!waiting.isEmpty()) {
      next = firstInLine();
      isDoubtsTurn = isDoubtDue;
    } else {
      Turn<K> turn = turns.remove();
      next = turn.key();
      late.putIfAbsent(next, turn.due());
    }
    current = Optional.of(next);
    return next;
  }

  private K firstInLine() {
    K first = line.remove().key();
    while (!waiting.remove(first)) {
      first = line.remove().key();
    }
    if (waiting.isEmpty()) {
      line.clear();
    }
    return first;
  }

  /// Takes a result; whether it was the last for now. That of what is not wanted any more is none.
  ///
  /// @param value empty if it could not be read
  boolean finish(K key, Optional<V> value, long now) {
    current = Optional.empty();
    if (!wanted.containsKey(key)) {
      return waiting.isEmpty();
    }
    Optional<V> first = Optional.ofNullable(doubts.remove(key)).map(Doubt::value);
    if (value.isPresent()) {
      failures.remove(key);
      late.remove(key);
      finish(key, value.get(), first, now);
    } else {
      Failure failure = fail(key, now);
      comeAgain(key, FIRST_PAUSE_NANOS << Math.min(failure.inARow() - 1, MOST_DOUBLINGS), now);
    }
    return waiting.isEmpty();
  }

  private void finish(K key, V value, Optional<V> first, long now) {
    boolean leavesKnown = leavesKnown(key, value);
    if (!leavesKnown && !counts(key, value, first)) {
      doubts.put(key, new Doubt<>(value, now + confirmation.settle().toNanos()));
      return;
    }
    if (!leavesKnown) {
      known.put(key, value);
    }
    comeAgain(key, recurrence.pauseNanos(key, value), now);
  }

  private Failure fail(K key, long now) {
    return failures.merge(key, failure(0, now), (last, _) -> failure(last.inARow(), now));
  }

  /// Gives a known key its next turn.
  private void comeAgain(K key, long pauseNanos, long now) {
    if (pauseNanos != Recurrence.NEVER && known.containsKey(key)) {
      turns.add(new Turn<>(key, now + pauseNanos));
    }
  }

  /// A doubted reading counts if the one before, or what is known, says the same.
  private boolean counts(K key, V value, Optional<V> first) {
    return !confirmation.doubted().test(value)
        || first
            .or(() -> Optional.ofNullable(known.get(key)))
            .filter(before -> confirmation.same().test(before, value))
            .isPresent();
  }

  /// Whether what is known stays so, whatever the new reading is.
  private boolean leavesKnown(K key, V value) {
    V before = known.get(key);
    return before != null && confirmation.leaves(before, value);
  }

  private static Failure failure(int before, long now) {
    long pause = before == 0 ? 0 : FIRST_PAUSE_NANOS << Math.min(before, MOST_DOUBLINGS);
    return new Failure(before + 1, now + pause);
  }
}
