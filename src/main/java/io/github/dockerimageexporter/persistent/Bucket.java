package io.github.dockerimageexporter.persistent;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The entries of a [PersistentMap] whose ranks begin alike, sorted. Immutable.
final class Bucket<K, V> {
  private static final Bucket<?, ?> EMPTY = new Bucket<>(new long[0], new Object[0]);

  /// Those of the keys.
  private final long[] ranks;

  /// Keys and values in turn.
  private final Object[] entries;

  private Bucket(long[] ranks, Object[] entries) {
    this.ranks = ranks;
    this.entries = entries;
  }

  @SuppressWarnings("unchecked") // it has no entry of whatever type
  static <K, V> Bucket<K, V> empty() {
    return (Bucket<K, V>) EMPTY;
  }

  int size() {
    return ranks.length;
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
    for (int i = 0; i < ranks.length; i++) {
      if (ranks[i] == rank && entries[2 * i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  /// What `key` has; null if it is not there.
  @Nullable V get(long rank, Object key) {
    int index = find(rank, key);
    return index < 0 ? null : value(index);
  }

  Bucket<K, V> withValue(int index, V value) {
    Object[] changed = entries.clone();
    changed[2 * index + 1] = value;
    return new Bucket<>(ranks, changed);
  }

  /// With a key that is not there yet.
  Bucket<K, V> withEntry(KeyOrder<K> order, long rank, K key, V value) {
    int at = ranks.length;
    while (at > 0 && !isBelow(order, at - 1, rank, key)) {
      at--;
    }
    long[] grownRanks = Arrays.copyOf(ranks, ranks.length + 1);
    System.arraycopy(ranks, at, grownRanks, at + 1, ranks.length - at);
    grownRanks[at] = rank;
    Object[] grown = Arrays.copyOf(entries, entries.length + 2);
    System.arraycopy(entries, 2 * at, grown, 2 * at + 2, entries.length - 2 * at);
    grown[2 * at] = key;
    grown[2 * at + 1] = value;
    return new Bucket<>(grownRanks, grown);
  }

  private boolean isBelow(KeyOrder<K> order, int index, long rank, K key) {
    int byRank = Long.compareUnsigned(ranks[index], rank);
    return byRank < 0 || (byRank == 0 && order.ties().compare(key(index), key) < 0);
  }

  /// The entries from `start` to before `end`.
  Bucket<K, V> part(int start, int end) {
    if (start == end) {
      return empty();
    }
    return end - start == size()
        ? this
        : new Bucket<>(
            Arrays.copyOfRange(ranks, start, end), Arrays.copyOfRange(entries, 2 * start, 2 * end));
  }

  /// With the entries of another one, all of which are higher.
  Bucket<K, V> and(Bucket<K, V> higher) {
    long[] allRanks = Arrays.copyOf(ranks, size() + higher.size());
    System.arraycopy(higher.ranks, 0, allRanks, size(), higher.size());
    Object[] all = Arrays.copyOf(entries, 2 * allRanks.length);
    System.arraycopy(higher.entries, 0, all, entries.length, higher.entries.length);
    return allRanks.length == 0 ? empty() : new Bucket<>(allRanks, all);
  }

  Bucket<K, V> without(int index) {
    if (ranks.length == 1) {
      return empty();
    }
    long[] fewerRanks = Arrays.copyOf(ranks, ranks.length - 1);
    System.arraycopy(ranks, index + 1, fewerRanks, index, fewerRanks.length - index);
    Object[] fewer = Arrays.copyOf(entries, entries.length - 2);
    System.arraycopy(entries, 2 * index + 2, fewer, 2 * index, fewer.length - 2 * index);
    return new Bucket<>(fewerRanks, fewer);
  }
}
