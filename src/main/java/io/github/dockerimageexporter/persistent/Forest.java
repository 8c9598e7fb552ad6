package io.github.dockerimageexporter.persistent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How the entries of a map stand on one another, each of which may name one below it. Follows the
/// map from version to version: what has not moved, and stands on nothing that has, is as it was.
/// For one thread.
public final class Forest<K extends Comparable<K>, V> {
  private static final int UNKNOWN = -1;

  /// Of a key on the way down that [Measuring#climb] is on: meeting it again closes a ring.
  private static final int CLIMBING = -2;

  private final Function<V, Optional<K>> below;
  private final InverseMap<K, V, K> inverse;
  private PersistentMap<K, V> map;
  private PersistentMap<K, List<K>> above;
  private PersistentMap<K, Integer> heights;
  private List<List<K>> rings = List.of();

  /// @param below what an entry stands on; empty if it needs nothing
  public Forest(KeyOrder<K> order, Function<V, Optional<K>> below) {
    this.below = below;
    this.inverse =
        new InverseMap<>(order, order, value -> below.apply(value).map(List::of).orElse(List.of()));
    this.map = PersistentMap.empty(order);
    this.above = PersistentMap.empty(order);
    this.heights = PersistentMap.empty(order);
  }

  /// Goes on to `version`.
  public void follow(PersistentMap<K, V> version) {
    var moved = new ArrayList<K>();
    version.changesSince(
        map,
        (key, before, now) -> {
          if (before == null || now == null || !below.apply(before).equals(below.apply(now))) {
            moved.add(key);
          }
        });
    above = inverse.of(version);
    if (!moved.isEmpty()) {
      measure(version, map.isEmpty() ? version.keySet() : above(moved, above));
    }
    map = version;
  }

  /// The keys that name each as the one below, sorted, whether it is there or not.
  public PersistentMap<K, List<K>> above() {
    return above;
  }

  /// How many each has below it, itself included; nothing if one of them is not there.
  public PersistentMap<K, Integer> heights() {
    return heights;
  }

  /// The rings that form where one stands, at last, on itself; sorted, as each is.
  public List<List<K>> rings() {
    return rings;
  }

  /// Everything that stands on one of `keys`, those included.
  ///
  /// @param above of a forest
  public static <K> Set<K> above(Collection<K> keys, PersistentMap<K, List<K>> above) {
    var reached = new HashSet<>(keys);
    Deque<K> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (K key : above.getOrDefault(open.pop(), List.of())) {
        if (reached.add(key)) {
          open.push(key);
        }
      }
    }
    return reached;
  }

  /// Finds anew how high `reached` are, which are all that stand on one of them.
  private void measure(PersistentMap<K, V> version, Set<K> reached) {
    var measuring = new Measuring(version, reached);
    reached.forEach(measuring::climb);
    PersistentMap<K, Integer>.Editor editor = heights.edit();
    measuring.measured.forEach(
        (key, height) -> {
          if (height == UNKNOWN) {
            editor.remove(key);
          } else {
            editor.put(key, height);
          }
        });
    heights = editor.done();
    rings =
        Stream.concat(
                rings.stream().filter(ring -> !reached.contains(ring.getFirst())),
                measuring.closed.stream())
            .sorted(Comparator.comparing(List::getFirst))
            .toList();
  }

  /// How high those are that something has moved below.
  private final class Measuring {
    private final PersistentMap<K, V> version;
    private final Set<K> reached;
    private final Map<K, Integer> measured;
    private final List<List<K>> closed = new ArrayList<>();

    private Measuring(PersistentMap<K, V> version, Set<K> reached) {
      this.version = version;
      this.reached = reached;
      this.measured = HashMap.newHashMap(reached.size());
    }

    /// Finds how high `key` is, and each below it that is not measured yet.
    private void climb(K key) {
      if (measured.containsKey(key)) {
        return;
      }
      Deque<K> path = new ArrayDeque<>();
      @Nullable K next = key;
      while (next != null && isOpen(next)) {
        measured.put(next, CLIMBING);
        path.push(next);
        @Nullable V value = version.get(next);
        next = value == null ? null : below.apply(value).orElse(null);
      }
      int height = next == null ? groundBelow(path.getFirst()) : heightOf(next);
      if (next != null && height == CLIMBING) {
        closed.add(ring(path, next));
        height = UNKNOWN;
      }
      for (K each : path) {
        height = height == UNKNOWN ? UNKNOWN : height + 1;
        measured.put(each, height);
      }
    }

    private boolean isOpen(K key) {
      return !measured.containsKey(key) && reached.contains(key);
    }

    private int heightOf(K key) {
      @Nullable Integer height = measured.get(key);
      return height == null ? heights.getOrDefault(key, UNKNOWN) : height;
    }

    /// The height below `lowest`, which names none: what is gone is not known to have had none.
    private int groundBelow(K lowest) {
      return version.containsKey(lowest) ? 0 : UNKNOWN;
    }
  }

  /// The part of `path` from its top down to `first`.
  private static <K extends Comparable<K>> List<K> ring(Deque<K> path, K first) {
    var ring = new ArrayList<K>();
    for (K key : path) {
      ring.add(key);
      if (key.equals(first)) {
        break;
      }
    }
    Collections.sort(ring);
    return List.copyOf(ring);
  }
}
