package io.github.dockerimageexporter.persistent;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/// The entries of one bucket after the other.
final class Entries<K, V> implements Iterator<Map.Entry<K, V>> {
  private final Bucket<K, V>[] buckets;
  private int bucket = -1;
  private int index;

  Entries(Bucket<K, V>[] buckets) {
    this.buckets = buckets;
    nextBucket();
  }

  @Override
  public boolean hasNext() {
    return bucket < buckets.length;
  }

  @Override
  public Map.Entry<K, V> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Map.Entry<K, V> entry = Map.entry(buckets[bucket].key(index), buckets[bucket].value(index));
    if (++index == buckets[bucket].size()) {
      nextBucket();
    }
    return entry;
  }

  private void nextBucket() {
    index = 0;
    do {
      bucket++;
    } while (bucket < buckets.length && buckets[bucket].size() == 0);
  }
}
