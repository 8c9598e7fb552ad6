package io.github.dockerimageexporter.persistent;

import org.jspecify.annotations.Nullable;

/// A map that changes entry by entry, and of which a version is to be had at any time: of two that
/// are asked for one after the other, the later one has copied what has changed between them,
/// however often it has. Not thread-safe.
public final class VersionedMap<K, V> {
  private PersistentMap<K, V> last;
  private PersistentMap<K, V>.Editor next;

  public VersionedMap(KeyOrder<K> order) {
    last = PersistentMap.empty(order);
    next = last.edit();
  }

  /// What it has by now.
  public PersistentMap<K, V> version() {
    last = next.done();
    next = last.edit();
    return last;
  }

  /// What `key` has by now; null if it is not there.
  public @Nullable V get(K key) {
    return next.get(key);
  }

  public boolean containsKey(K key) {
    return next.get(key) != null;
  }

  public int size() {
    return next.size();
  }

  public void put(K key, V value) {
    next.put(key, value);
  }

  public void remove(K key) {
    next.remove(key);
  }
}
