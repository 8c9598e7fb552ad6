package io.github.dockerimageexporter.persistent;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The buckets of a [PersistentMap], a power of two of them: that of an entry is told by the first
/// bits of its key's rank.
final class Buckets {
  private Buckets() {}

  @SuppressWarnings({"unchecked", "rawtypes"}) // Java has no arrays of generic types
  static <K, V> Bucket<K, V>[] empty(int count) {
    Bucket<K, V>[] buckets = new Bucket[count];
    Arrays.fill(buckets, Bucket.<K, V>empty());
    return buckets;
  }

  /// Which of `count` buckets is that of `rank`.
  static int indexOf(long rank, int count) {
    int bits = Integer.numberOfTrailingZeros(count);
    return bits == 0 ? 0 : (int) (rank >>> (Long.SIZE - bits));
  }

  /// Twice as many with the same entries.
  static <K, V> Bucket<K, V>[] split(Bucket<K, V>[] buckets) {
    Bucket<K, V>[] halves = empty(2 * buckets.length);
    for (int i = 0; i < buckets.length; i++) {
      Bucket<K, V> bucket = buckets[i];
      int middle = 0;
      while (middle < bucket.size() && indexOf(bucket.rank(middle), halves.length) == 2 * i) {
        middle++;
      }
      halves[2 * i] = bucket.part(0, middle);
      halves[2 * i + 1] = bucket.part(middle, bucket.size());
    }
    return halves;
  }

  /// Half as many with the same entries.
  static <K, V> Bucket<K, V>[] join(Bucket<K, V>[] buckets) {
    Bucket<K, V>[] pairs = empty(buckets.length / 2);
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = buckets[2 * i].and(buckets[2 * i + 1]);
    }
    return pairs;
  }

  /// Whether some have the same entries as as many others.
  @SuppressWarnings("ReferenceEquality") // what is shared is the same
  static boolean haveSame(Bucket<?, ?>[] some, Bucket<?, ?>[] others) {
    for (int i = 0; i < some.length; i++) {
      if (some[i] != others[i] && !some[i].hasSameAs(others[i])) {
        return false;
      }
    }
    return true;
  }

  /// Tells of `key` if it has another value.
  @SuppressWarnings("ReferenceEquality") // the same is equal, and mostly it is the same
  static <K, V> void tell(K key, @Nullable V before, V now, PersistentMap.Change<K, V> change) {
    if (before != now && !now.equals(before)) {
      change.accept(key, before, now);
    }
  }
}
