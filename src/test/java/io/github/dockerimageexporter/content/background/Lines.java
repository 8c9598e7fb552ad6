package io.github.dockerimageexporter.content.background;

import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import java.util.HashMap;
import java.util.Map;

/// Lines of keys to be read.
final class Lines {
  private Lines() {}

  /// The first of `keys` is read first.
  static PersistentMap<String, Long> of(String... keys) {
    Map<String, Long> places = new HashMap<>();
    for (String key : keys) {
      places.put(key, (long) places.size());
    }
    return PersistentMap.of(KeyOrder.byHash(), places);
  }
}
