package io.github.dockerimageexporter.persistent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who names what in a map: the keys of the entries that name something, by what they name, sorted.
/// Follows the map from version to version. For one thread.
///
/// @param <V> values of the map
/// @param <N> what these name
public final class InverseMap<K extends Comparable<K>, V, N> {
  private final Function<V, List<N>> names;
  private PersistentMap<K, V> source;
  private PersistentMap<N, List<K>> inverse;

  /// @param keys the order of the map
  /// @param order that of what is named
  /// @param names what an entry names, each once
  public InverseMap(KeyOrder<K> keys, KeyOrder<N> order, Function<V, List<N>> names) {
    this.names = names;
    this.source = PersistentMap.empty(keys);
    this.inverse = PersistentMap.empty(order);
  }

  /// Who names what in `version`.
  public PersistentMap<N, List<K>> of(PersistentMap<K, V> version) {
    PersistentMap<N, List<K>>.Editor editor = inverse.edit();
    Map<N, List<K>> gone = new HashMap<>();
    Map<N, List<K>> come = new HashMap<>();
    version.changesSince(
        source,
        (key, before, now) -> {
          List<N> then = before == null ? List.of() : names.apply(before);
          List<N> named = now == null ? List.of() : names.apply(now);
          if (!named.equals(then)) {
            then.forEach(name -> note(gone, name, key));
            named.forEach(name -> add(editor, come, name, key));
          }
        });
    come.forEach((name, keys) -> change(editor, name, gone.getOrDefault(name, List.of()), keys));
    gone.forEach(
        (name, keys) -> {
          if (!come.containsKey(name)) {
            change(editor, name, keys, List.of());
          }
        });
    source = version;
    inverse = editor.done();
    return inverse;
  }

  private static <K, N> void note(Map<N, List<K>> notes, N name, K key) {
    notes.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(key);
  }

  /// Most are named by one entry only, and so have their place at once.
  private static <K, N> void add(
      PersistentMap<N, List<K>>.Editor editor, Map<N, List<K>> come, N name, K key) {
    if (!editor.add(name, List.of(key))) {
      note(come, name, key);
    }
  }

  private static <K extends Comparable<K>, N> void change(
      PersistentMap<N, List<K>>.Editor editor, N name, List<K> gone, List<K> come) {
    var naming = new ArrayList<K>(come.size());
    @Nullable List<K> before = editor.get(name);
    if (before != null) {
      Set<K> left = Set.copyOf(gone);
      before.stream().filter(key -> !left.contains(key)).forEach(naming::add);
    }
    naming.addAll(come);
    naming.sort(Comparator.naturalOrder());
    if (naming.isEmpty()) {
      editor.remove(name);
    } else {
      editor.put(name, List.copyOf(naming));
    }
  }
}
