package io.github.dockerimageexporter.persistent;

import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How often things occur in the values of a map. Follows the map from version to version. For one
/// thread.
///
/// @param <V> values of the map
/// @param <T> what occurs in these
public final class Occurrences<K, V, T> {
  private final Function<V, Collection<T>> things;
  private PersistentMap<K, V> source;
  private PersistentMap<T, Integer> counts;

  /// @param keys the order of the map
  /// @param order that of what occurs
  /// @param things what occurs in a value, as often as it does
  public Occurrences(KeyOrder<K> keys, KeyOrder<T> order, Function<V, Collection<T>> things) {
    this.things = things;
    this.source = PersistentMap.empty(keys);
    this.counts = PersistentMap.empty(order);
  }

  /// How often each thing occurs in `version`; what does not is not in it.
  public PersistentMap<T, Integer> of(PersistentMap<K, V> version) {
    PersistentMap<T, Integer>.Editor editor = counts.edit();
    version.changesSince(
        source,
        (_, before, now) -> {
          count(before, -1, editor);
          count(now, 1, editor);
        });
    source = version;
    counts = editor.done();
    return counts;
  }

  private void count(@Nullable V value, int by, PersistentMap<T, Integer>.Editor editor) {
    if (value != null) {
      for (T thing : things.apply(value)) {
        @Nullable Integer count = editor.get(thing);
        int changed = (count == null ? 0 : count) + by;
        if (changed == 0) {
          editor.remove(thing);
        } else {
          editor.put(thing, changed);
        }
      }
    }
  }
}
