package io.github.dockerimageexporter.store.file;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A map with a figure of each value of another one instead of that value: a view, which takes no
/// memory of its own. The other one is not changed any more.
public final class MappedValues<K, F, V> extends AbstractMap<K, V> {
  private final Map<K, F> map;
  private final Function<F, V> figure;

  public MappedValues(Map<K, F> map, Function<F, V> figure) {
    this.map = map;
    this.figure = figure;
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    @Nullable F value = map.get(key);
    return value == null ? null : figure.apply(value);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return map.containsKey(key);
  }

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return map.size();
      }

      @Override
      public Iterator<Entry<K, V>> iterator() {
        return map.entrySet().stream()
            .map(entry -> Map.entry(entry.getKey(), figure.apply(entry.getValue())))
            .iterator();
      }
    };
  }
}
