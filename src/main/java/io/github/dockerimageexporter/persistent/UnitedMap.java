package io.github.dockerimageexporter.persistent;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All that several maps have together, followed from version to version. Of a key that several
/// have, it has one of their values. For one thread.
public final class UnitedMap<K, V> {
  private final PersistentMap<K, V> nothing;
  private Map<String, PersistentMap<K, V>> parts = Map.of();
  private PersistentMap<K, V> all;

  public UnitedMap(KeyOrder<K> order) {
    nothing = PersistentMap.empty(order);
    all = nothing;
  }

  /// What the maps of these names have by now; the only one itself, if there is one.
  public PersistentMap<K, V> of(Map<String, PersistentMap<K, V>> versions) {
    all = versions.size() == 1 ? versions.values().iterator().next() : united(versions);
    parts = new HashMap<>(versions);
    return all;
  }

  private PersistentMap<K, V> united(Map<String, PersistentMap<K, V>> versions) {
    Set<K> changed = new HashSet<>();
    Set<String> names = new HashSet<>(parts.keySet());
    names.addAll(versions.keySet());
    for (String name : names) {
      versions
          .getOrDefault(name, nothing)
          .changesSince(parts.getOrDefault(name, nothing), (key, _, _) -> changed.add(key));
    }
    PersistentMap<K, V>.Editor editor = all.edit();
    for (K key : changed) {
      @Nullable V value = find(versions, key);
      if (value == null) {
        editor.remove(key);
      } else {
        editor.put(key, value);
      }
    }
    return editor.done();
  }

  private static <K, V> @Nullable V find(Map<String, PersistentMap<K, V>> parts, K key) {
    for (PersistentMap<K, V> part : parts.values()) {
      @Nullable V value = part.get(key);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
