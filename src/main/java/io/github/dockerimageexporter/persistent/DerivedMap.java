package io.github.dockerimageexporter.persistent;

import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A map that is made of another one entry by entry, and follows it from version to version: only
/// what has changed there is asked for again. For one thread.
///
/// @param <S> values of the source
/// @param <V> values of the map
public final class DerivedMap<K, S, V> {
  private final BiFunction<K, S, @Nullable V> value;
  private PersistentMap<K, S> source;
  private PersistentMap<K, V> derived;

  /// @param value that of a key, by its value in the source alone; null if it is to have none
  public DerivedMap(KeyOrder<K> order, BiFunction<K, S, @Nullable V> value) {
    this.value = value;
    this.source = PersistentMap.empty(order);
    this.derived = PersistentMap.empty(order);
  }

  /// One that has the entries whose values are `wanted`.
  public static <K, V> DerivedMap<K, V, V> where(KeyOrder<K> order, Predicate<V> wanted) {
    return new DerivedMap<>(order, (_, value) -> wanted.test(value) ? value : null);
  }

  /// What is made of `version`.
  public PersistentMap<K, V> of(PersistentMap<K, S> version) {
    PersistentMap<K, V>.Editor editor = derived.edit();
    version.changesSince(
        source,
        (key, _, now) -> {
          @Nullable V made = now == null ? null : value.apply(key, now);
          if (made == null) {
            editor.remove(key);
          } else {
            editor.put(key, made);
          }
        });
    source = version;
    derived = editor.done();
    return derived;
  }
}
