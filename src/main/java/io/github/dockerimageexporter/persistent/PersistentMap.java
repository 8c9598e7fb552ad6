package io.github.dockerimageexporter.persistent;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A sorted map that never changes. Whoever needs another one edits a copy, which shares with this
/// one all buckets that are alike, so that a change copies the top and some ten entries, and what
/// differs between two versions is found without looking at what they share.
///
/// What is equal to what was there before is not put in its place: a value that is made anew and
/// says the same is no change, and nothing that is derived from it has to be made again.
///
/// ```text
/// buckets, by the first bits of a key's rank:  | 0 | 1 | 2 | ... | 2^bits - 1 |
/// a bucket:                                    ranks, keys and values, sorted
/// ```
public final class PersistentMap<K, V> extends AbstractMap<K, V> {
  /// Entries of a bucket, on average, at which there are twice as many buckets, or half as many.
  private static final int MOST_IN_BUCKET = 16;

  private static final int FEWEST_IN_BUCKET = 2;

  private final KeyOrder<K> order;
  private final Bucket<K, V>[] buckets;
  private final int size;

  private PersistentMap(KeyOrder<K> order, Bucket<K, V>[] buckets, int size) {
    this.order = order;
    this.buckets = buckets;
    this.size = size;
  }

  public static <K, V> PersistentMap<K, V> empty(KeyOrder<K> order) {
    return new PersistentMap<>(order, Buckets.empty(1), 0);
  }

  /// One that has what `entries` has.
  public static <K, V> PersistentMap<K, V> of(KeyOrder<K> order, Map<K, V> entries) {
    return PersistentMap.<K, V>empty(order).changedTo(entries);
  }

  /// The same map, of values of a wider type.
  @SuppressWarnings("unchecked") // nothing can be put in
  public static <K, V> PersistentMap<K, V> widened(PersistentMap<K, ? extends V> map) {
    return (PersistentMap<K, V>) map;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    if (key == null || size == 0) {
      return null;
    }
    long rank = rankOf(key);
    return buckets[Buckets.indexOf(rank, buckets.length)].get(rank, key);
  }

  @Override
  public V getOrDefault(@Nullable Object key, V other) {
    @Nullable V value = get(key);
    return value == null ? other : value;
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return get(key) != null;
  }

  @SuppressWarnings("unchecked") // a key of another type is a mistake of the caller
  private long rankOf(Object key) {
    return order.rank().applyAsLong((K) key);
  }

  @Override
  public void forEach(BiConsumer<? super K, ? super V> action) {
    for (Bucket<K, V> bucket : buckets) {
      for (int i = 0; i < bucket.size(); i++) {
        action.accept(bucket.key(i), bucket.value(i));
      }
    }
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Entry<K, V>> iterator() {
        return new Entries<>(buckets);
      }
    };
  }

  /// Of two versions of one map only that is compared which they do not share.
  @Override
  public boolean equals(@Nullable Object other) {
    return (other instanceof PersistentMap<?, ?> that
            && order.equals(that.order)
            && buckets.length == that.buckets.length)
        ? Buckets.haveSame(buckets, that.buckets)
        : super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  /// Begins a new version.
  public Editor edit() {
    return new Editor();
  }

  /// The version that has what `entries` has.
  public PersistentMap<K, V> changedTo(Map<K, V> entries) {
    Editor editor = edit();
    entries.forEach(editor::put);
    editor.retain(entries.size(), entries::containsKey);
    return editor.done();
  }

  /// What becomes of a key from one version to another.
  @FunctionalInterface
  public interface Change<K, V> {
    /// A key has another value now.
    ///
    /// @param before null if it is new
    /// @param now null if it is gone
    void accept(K key, @Nullable V before, @Nullable V now);
  }

  /// Tells of each key that has another value than in `before`, or is in one of both only.
  public void changesSince(PersistentMap<K, V> before, Change<K, V> change) {
    if (before.isEmpty()) {
      forEach((key, now) -> change.accept(key, null, now));
      return;
    }
    if (buckets.length == before.buckets.length) {
      for (int i = 0; i < buckets.length; i++) {
        buckets[i].changesSince(before.buckets[i], change);
      }
      return;
    }
    forEach((key, now) -> Buckets.tell(key, before.get(key), now, change));
    before.forEach(
        (key, was) -> {
          if (!containsKey(key)) {
            change.accept(key, was, null);
          }
        });
  }

  /// The next version in the making. For one thread.
  public final class Editor {
    private Bucket<K, V>[] edited = buckets;

    /// Whether there are more or fewer buckets than there were, or have been, so that none is the
    /// map's.
    private boolean isSpread;

    private int count = size;

    private Editor() {}

    /// What `key` has by now; null if it is not there.
    public @Nullable V get(K key) {
      long rank = order.rank().applyAsLong(key);
      return edited[Buckets.indexOf(rank, edited.length)].get(rank, key);
    }

    /// How many keys there are by now.
    public int size() {
      return count;
    }

    /// Gives `key` a value if it has none.
    ///
    /// @return whether it had none
    public boolean add(K key, V value) {
      long rank = order.rank().applyAsLong(key);
      int at = Buckets.indexOf(rank, edited.length);
      boolean isNew = edited[at].find(rank, key) < 0;
      if (isNew) {
        add(at, rank, key, value);
      }
      return isNew;
    }

    private void add(int at, long rank, K key, V value) {
      own(at).add(order, rank, key, value);
      count++;
      spread();
    }

    /// Gives `key` a value, unless it has an equal one; which it has then.
    public V put(K key, V value) {
      long rank = order.rank().applyAsLong(key);
      int at = Buckets.indexOf(rank, edited.length);
      int index = edited[at].find(rank, key);
      if (index < 0) {
        add(at, rank, key, value);
        return value;
      }
      V before = edited[at].value(index);
      if (before.equals(value)) {
        return before;
      }
      own(at).set(index, value);
      return value;
    }

    public void remove(K key) {
      if (count == 0) {
        return;
      }
      long rank = order.rank().applyAsLong(key);
      int at = Buckets.indexOf(rank, edited.length);
      int index = edited[at].find(rank, key);
      if (index >= 0) {
        own(at).remove(index);
        count--;
        spread();
      }
    }

    /// Removes all but those that are `wanted`.
    ///
    /// @param wantedCount how many those are, all of which are there: if no others are, none is
    ///     asked for
    public void retain(int wantedCount, Predicate<K> wanted) {
      if (count == wantedCount) {
        return;
      }
      for (Bucket<K, V> bucket : edited.clone()) {
        for (int i = bucket.size() - 1; i >= 0; i--) {
          if (!wanted.test(bucket.key(i))) {
            remove(bucket.key(i));
          }
        }
      }
    }

    /// The version as edited, which ends that; the one that it was made of if that has not changed.
    @SuppressWarnings("ReferenceEquality")
    public PersistentMap<K, V> done() {
      if (edited == buckets) {
        return PersistentMap.this;
      }
      for (int i = 0; i < edited.length; i++) {
        if (isOwn(i)) {
          edited[i].trim();
        }
      }
      return new PersistentMap<>(order, edited, count);
    }

    /// A bucket that may be changed, since no map has it.
    @SuppressWarnings("ReferenceEquality")
    private Bucket<K, V> own(int at) {
      if (edited == buckets) {
        edited = buckets.clone();
      }
      if (!isOwn(at)) {
        edited[at] = edited[at].copy();
      }
      return edited[at];
    }

    @SuppressWarnings("ReferenceEquality")
    private boolean isOwn(int at) {
      return isSpread || edited[at] != buckets[at];
    }

    /// Makes buckets more or fewer if they are too full, or too empty.
    private void spread() {
      if (count > MOST_IN_BUCKET * edited.length) {
        edited = Buckets.split(edited);
        isSpread = true;
      } else if (edited.length > 1 && count < FEWEST_IN_BUCKET * edited.length) {
        edited = Buckets.join(edited);
        isSpread = true;
      }
    }
  }
}
