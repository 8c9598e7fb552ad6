package io.github.dockerimageexporter.persistent;

import java.util.Map;

/// A map that is made anew again and again: each version shares with the one before what is as it
/// was. For one thread.
public final class Versions<K, V> {
  private PersistentMap<K, V> last;

  public Versions(KeyOrder<K> order) {
    last = PersistentMap.empty(order);
  }

  /// The version that has what `entries` has.
  public PersistentMap<K, V> next(Map<K, V> entries) {
    last = last.changedTo(entries);
    return last;
  }
}
