package io.github.dockerimageexporter.persistent;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The entries of a [PersistentMap] whose ranks begin alike, sorted. The editor that made it may
/// change it; once it is part of a map, nobody does.
final class Bucket<K, V> {
  /// Entries that there is room for where there was none.
  private static final int FIRST_ROOM = 4;

  private static final Bucket<?, ?> EMPTY = new Bucket<>(new long[0], new Object[0], 0);

  /// Those of the keys; beyond [#size], room for more.
  private long[] ranks;

  /// Keys and values in turn.
  private Object[] entries;

  private int size;

  private Bucket(long[] ranks, Object[] entries, int size) {
    this.ranks = ranks;
    this.entries = entries;
    this.size = size;
  }

  /// One that belongs to nobody.
  @SuppressWarnings("unchecked") // it has no entry of whatever type
  static <K, V> Bucket<K, V> empty() {
    return (Bucket<K, V>) EMPTY;
  }

  int size() {
    return size;
  }

  long rank(int index) {
    return ranks[index];
  }

  @SuppressWarnings("unchecked") // put in as such
  K key(int index) {
    return (K) entries[2 * index];
  }

  @SuppressWarnings("unchecked") // put in as such
  V value(int index) {
    return (V) entries[2 * index + 1];
  }

  /// Where `key` is; below 0 if it is not there.
  int find(long rank, Object key) {
    for (int i = firstFrom(rank); i < size && ranks[i] == rank; i++) {
      if (entries[2 * i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  /// Where the first entry is whose rank is not below `rank`.
  private int firstFrom(long rank) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(ranks[middle], rank) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// What `key` has; null if it is not there.
  @Nullable V get(long rank, Object key) {
    int index = find(rank, key);
    return index < 0 ? null : value(index);
  }

  /// Whether both have the same entries.
  boolean hasSameAs(Bucket<?, ?> other) {
    if (size() != other.size()) {
      return false;
    }
    for (int i = 0; i < size(); i++) {
      if (!value(i).equals(other.get(rank(i), key(i)))) {
        return false;
      }
    }
    return true;
  }

  void set(int index, V value) {
    entries[2 * index + 1] = value;
  }

  /// Takes a key that is not there yet.
  void add(KeyOrder<K> order, long rank, K key, V value) {
    int at = firstFrom(rank);
    while (at < size && ranks[at] == rank) {
      at++;
    }
    while (at > 0 && ranks[at - 1] == rank && order.ties().compare(key(at - 1), key) > 0) {
      at--;
    }
    if (size == ranks.length) {
      room(Math.max(FIRST_ROOM, size + size / 2));
    }
    System.arraycopy(ranks, at, ranks, at + 1, size - at);
    System.arraycopy(entries, 2 * at, entries, 2 * at + 2, 2 * (size - at));
    ranks[at] = rank;
    entries[2 * at] = key;
    entries[2 * at + 1] = value;
    size++;
  }

  void remove(int index) {
    size--;
    System.arraycopy(ranks, index + 1, ranks, index, size - index);
    System.arraycopy(entries, 2 * index + 2, entries, 2 * index, 2 * (size - index));
    Arrays.fill(entries, 2 * size, 2 * size + 2, null);
  }

  /// Gives back the room that nothing took.
  void trim() {
    if (ranks.length > size) {
      room(size);
    }
  }

  private void room(int length) {
    ranks = Arrays.copyOf(ranks, length);
    entries = Arrays.copyOf(entries, 2 * length);
  }

  Bucket<K, V> copy() {
    return part(0, size);
  }

  /// The entries from `start` to before `end`.
  Bucket<K, V> part(int start, int end) {
    return new Bucket<>(
        Arrays.copyOfRange(ranks, start, end),
        Arrays.copyOfRange(entries, 2 * start, 2 * end),
        end - start);
  }

  /// With the entries of another one, all of which are higher.
  Bucket<K, V> and(Bucket<K, V> higher) {
    Bucket<K, V> both = copy();
    both.room(size + higher.size);
    System.arraycopy(higher.ranks, 0, both.ranks, size, higher.size);
    System.arraycopy(higher.entries, 0, both.entries, 2 * size, 2 * higher.size);
    both.size += higher.size;
    return both;
  }

  /// Tells of each key that has another value than in `before`, or is in one of both only.
  @SuppressWarnings("ReferenceEquality") // what is shared is the same
  void changesSince(Bucket<K, V> before, PersistentMap.Change<K, V> change) {
    if (before == this) {
      return;
    }
    for (int i = 0; i < size; i++) {
      Buckets.tell(key(i), before.get(rank(i), key(i)), value(i), change);
    }
    for (int i = 0; i < before.size; i++) {
      if (find(before.rank(i), before.key(i)) < 0) {
        change.accept(before.key(i), before.value(i), null);
      }
    }
  }
}
