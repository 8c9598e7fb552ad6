package io.github.dockerimageexporter.persistent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Follows random versions of a map.
class RekeyedMapTest {
  private static final KeyOrder<Integer> ORDER = KeyOrder.byHash();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aRekeyedMapHasOneOfTheValuesOfEachNewKey(long seed) {
    var rekeyed = new RekeyedMap<Integer, String, Integer>(ORDER, ORDER, key -> key / 3);

    follow(
        seed,
        version -> {
          Map<Integer, Set<String>> expected = new TreeMap<>();
          version.forEach(
              (key, value) -> expected.computeIfAbsent(key / 3, _ -> new HashSet<>()).add(value));
          PersistentMap<Integer, String> made = rekeyed.of(version);
          assertThat(made.keySet()).isEqualTo(expected.keySet());
          made.forEach((key, value) -> assertThat(expected.get(key)).contains(value));
        });
  }

  private static void follow(long seed, Consumer<PersistentMap<Integer, String>> check) {
    var random = new Random(seed);
    PersistentMap<Integer, String> map = PersistentMap.empty(ORDER);
    for (int version = 0; version < 60; version++) {
      PersistentMap<Integer, String>.Editor editor = map.edit();
      for (int i = random.nextInt(60); i > 0; i--) {
        int key = random.nextInt(300);
        if (random.nextInt(version < 30 ? 6 : 2) == 0) {
          editor.remove(key);
        } else {
          editor.put(key, "v" + random.nextInt(40));
        }
      }
      map = editor.done();
      check.accept(map);
    }
  }
}
