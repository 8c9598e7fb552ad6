package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.bolt.NestedBuckets;
import io.github.dockerimageexporter.bolt.NestedBuckets.Changes;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.store.containerd.database.Recorded.Other;
import java.util.HashSet;
import java.util.function.Function;

/// The records of a kind of which there are many: each state of a database changes those of the
/// state before.
///
/// @param others what is none
/// @param leaves where they were read
record Records<K, V extends Recorded>(
    PersistentMap<K, V> all, PersistentMap<String, Other> others, NestedBuckets<Recorded> leaves) {

  /// The order of names: none that means anything, since most begin alike.
  static final KeyOrder<String> NAMES = KeyOrder.byHash();

  static <K, V extends Recorded> Records<K, V> none(KeyOrder<K> order) {
    return new Records<>(
        PersistentMap.empty(order), PersistentMap.empty(NAMES), NestedBuckets.none());
  }

  /// Those of the next state.
  ///
  /// @param type of a record
  /// @param key the one that it has
  Records<K, V> after(Changes<Recorded> changes, Class<V> type, Function<V, K> key) {
    return new Records<>(
        after(all, changes, type, key),
        after(others, changes, Other.class, Other::name),
        changes.now());
  }

  private static <K, V extends Recorded> PersistentMap<K, V> after(
      PersistentMap<K, V> last, Changes<Recorded> changes, Class<V> type, Function<V, K> key) {
    PersistentMap<K, V>.Editor records = last.edit();
    var come = new HashSet<K>();
    changes.come().stream()
        .filter(type::isInstance)
        .map(type::cast)
        .forEach(
            record -> {
              records.put(key.apply(record), record);
              come.add(key.apply(record));
            });
    changes.gone().stream()
        .filter(type::isInstance)
        .map(record -> key.apply(type.cast(record)))
        .filter(name -> !come.contains(name))
        .forEach(records::remove);
    return records.done();
  }
}
