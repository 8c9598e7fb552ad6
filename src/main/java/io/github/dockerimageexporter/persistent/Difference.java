package io.github.dockerimageexporter.persistent;

import org.jspecify.annotations.Nullable;

/// The entries of a map whose keys another one does not have. Follows both from version to version.
/// For one thread.
///
/// @param <W> values of the other map
public final class Difference<K, V, W> {
  private PersistentMap<K, V> all;
  private PersistentMap<K, W> others;
  private PersistentMap<K, V> left;

  public Difference(KeyOrder<K> order) {
    this.all = PersistentMap.empty(order);
    this.others = PersistentMap.empty(order);
    this.left = PersistentMap.empty(order);
  }

  /// What of `version` is not in `without`.
  public PersistentMap<K, V> of(PersistentMap<K, V> version, PersistentMap<K, W> without) {
    PersistentMap<K, V>.Editor editor = left.edit();
    version.changesSince(all, (key, _, now) -> change(editor, key, now, without));
    if (!all.isEmpty()) {
      without.changesSince(
          others,
          (key, before, now) -> {
            if (before == null || now == null) {
              change(editor, key, version.get(key), without);
            }
          });
    }
    all = version;
    others = without;
    left = editor.done();
    return left;
  }

  private static <K, V> void change(
      PersistentMap<K, V>.Editor editor, K key, @Nullable V value, PersistentMap<K, ?> without) {
    if (value == null || without.containsKey(key)) {
      editor.remove(key);
    } else {
      editor.put(key, value);
    }
  }
}
