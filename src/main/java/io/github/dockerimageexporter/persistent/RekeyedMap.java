package io.github.dockerimageexporter.persistent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The values of another map by keys of another kind, followed from version to version. Of several
/// keys that become one, any counts. For one thread.
///
/// @param <K> keys of the source
/// @param <N> new keys
public final class RekeyedMap<K, V, N> {
  private final Function<K, N> rename;
  private PersistentMap<K, V> source;
  private PersistentMap<N, V> renamed;

  /// How many keys become each of these, besides the first.
  private final Map<N, Integer> more = new HashMap<>();

  /// @param order of the keys of the source
  /// @param newOrder of what becomes of them
  public RekeyedMap(KeyOrder<K> order, KeyOrder<N> newOrder, Function<K, N> rename) {
    this.rename = rename;
    this.source = PersistentMap.empty(order);
    this.renamed = PersistentMap.empty(newOrder);
  }

  /// The values of `version`.
  public PersistentMap<N, V> of(PersistentMap<K, V> version) {
    List<K> gone = new ArrayList<>();
    Map<K, V> come = new LinkedHashMap<>();
    version.changesSince(
        source,
        (key, _, now) -> {
          if (now == null) {
            gone.add(key);
          } else {
            come.put(key, now);
          }
        });
    PersistentMap<N, V>.Editor editor = renamed.edit();
    gone.forEach(key -> remove(editor, rename.apply(key), version));
    come.forEach((key, value) -> put(editor, rename.apply(key), value, source.containsKey(key)));
    source = version;
    renamed = editor.done();
    return renamed;
  }

  private void put(PersistentMap<N, V>.Editor editor, N name, V value, boolean isKnown) {
    if (!isKnown && editor.get(name) != null) {
      more.merge(name, 1, Integer::sum);
    }
    editor.put(name, value);
  }

  private void remove(PersistentMap<N, V>.Editor editor, N name, PersistentMap<K, V> version) {
    Optional<V> other = Optional.empty();
    if (more.containsKey(name)) {
      more.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1);
      other =
          version.entrySet().stream()
              .filter(entry -> rename.apply(entry.getKey()).equals(name))
              .map(Map.Entry::getValue)
              .findFirst();
    }
    other.ifPresentOrElse(value -> editor.put(name, value), () -> editor.remove(name));
  }
}
