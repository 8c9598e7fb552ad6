package io.github.dockerimageexporter.persistent;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentMapTest {
  private static final KeyOrder<String> NAMES = KeyOrder.byName(name -> name);

  /// Many keys to a rank, and many ranks that begin alike.
  private static final KeyOrder<Integer> CROWDED =
      new KeyOrder<>(key -> key / 5 % 40, Comparator.naturalOrder());

  /// Each key has a rank of its own.
  private static final KeyOrder<Integer> SPREAD =
      new KeyOrder<>(key -> (long) key << 50, Comparator.naturalOrder());

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void eachVersionHasWhatAnyMapWouldHave(long seed) {
    follow(seed, SPREAD);
    follow(seed, CROWDED);
    follow(seed, KeyOrder.byHash());
  }

  /// Random edits, of which each version is compared with a tree's, and again once all are made.
  private static void follow(long seed, KeyOrder<Integer> order) {
    var random = new Random(seed);
    PersistentMap<Integer, String> map = PersistentMap.empty(order);
    var expected = new TreeMap<Integer, String>();
    var all = new IdentityHashMap<PersistentMap<Integer, String>, Map<Integer, String>>();
    for (int version = 0; version < 60; version++) {
      Map<Integer, String> before = new TreeMap<>(expected);
      all.put(map, before);
      PersistentMap<Integer, String> last = map;
      PersistentMap<Integer, String>.Editor editor = map.edit();
      int edits = random.nextInt(100);
      for (int i = 0; i < edits; i++) {
        int key = random.nextInt(600);
        if (random.nextInt(version < 30 ? 6 : 2) == 0) {
          editor.remove(key);
          expected.remove(key);
        } else if (random.nextInt(3) == 0) {
          assertThat(editor.add(key, "added"))
              .isEqualTo(expected.putIfAbsent(key, "added") == null);
        } else {
          String value = "v" + random.nextInt(3);
          editor.put(key, value);
          expected.put(key, value);
        }
        assertThat(editor.size()).isEqualTo(expected.size());
      }
      map = editor.done();

      assertThat(map).isEqualTo(expected).hasSameSizeAs(expected);
      assertThat(changes(last, map)).isEqualTo(changes(before, expected));
    }
    PersistentMap<Integer, String> newest = map;
    all.forEach(
        (version, entries) -> {
          assertThat(version).isEqualTo(entries);
          assertThat(newest.equals(version)).isEqualTo(expected.equals(entries));
          assertThat(PersistentMap.of(order, entries)).isEqualTo(version);
        });
  }

  private static Map<Integer, String> changes(
      PersistentMap<Integer, String> before, PersistentMap<Integer, String> now) {
    var changes = new TreeMap<Integer, String>();
    now.changesSince(
        before, (key, was, is) -> assertThat(changes.put(key, was + " -> " + is)).isNull());
    return changes;
  }

  private static Map<Integer, String> changes(
      Map<Integer, String> before, Map<Integer, String> now) {
    var changes = new TreeMap<Integer, String>();
    for (int key = 0; key < 600; key++) {
      @Nullable String was = before.get(key);
      @Nullable String is = now.get(key);
      if (was == null ? is != null : !was.equals(is)) {
        changes.put(key, was + " -> " + is);
      }
    }
    return changes;
  }

  @Test
  void itIsSorted() {
    var names = new ArrayList<String>();
    var random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      names.add(Long.toString(random.nextLong(1L << random.nextInt(1, 63)), 36));
    }
    names.addAll(List.of("", "-", "A", "Z", "_", "~", "é", "l", "lost+found", "0000000000000000a"));
    var sorted = new TreeMap<String, String>();
    names.forEach(name -> sorted.put(name, name));

    assertThat(PersistentMap.of(NAMES, sorted).keySet()).containsExactlyElementsOf(sorted.keySet());
  }

  @Test
  void whatIsPutAgainIsNoChange() {
    PersistentMap<String, List<Integer>> map =
        PersistentMap.of(NAMES, Map.of("a", List.of(1), "b", List.of(2)));

    assertThat(map.changedTo(Map.of("a", List.of(1), "b", List.of(2)))).isSameAs(map);
  }

  @Test
  void whatIsInNoneButTheVersionBeforeIsRemoved() {
    PersistentMap<String, Integer> map = PersistentMap.of(NAMES, Map.of("a", 1, "b", 2, "c", 3));

    assertThat(map.changedTo(Map.of("b", 2, "d", 4))).containsExactly(entry("b", 2), entry("d", 4));
  }

  @Test
  void aChangeLeavesMostOfAVersionToTheNext() {
    PersistentMap<Integer, String> map = PersistentMap.empty(SPREAD);
    PersistentMap<Integer, String>.Editor many = map.edit();
    for (int key = 0; key < 1000; key++) {
      many.put(key, "as it is");
    }
    map = many.done();
    PersistentMap<Integer, String>.Editor one = map.edit();
    one.put(500, "changed");
    var compared = new ArrayList<Integer>();

    one.done().changesSince(map, (key, _, _) -> compared.add(key));

    assertThat(compared).containsExactly(500);
  }

  @Test
  void aMapIsMadeOfAnotherAndFollowsIt() {
    var asked = new ArrayList<Integer>();
    var even =
        new DerivedMap<Integer, String, Integer>(
            SPREAD,
            (key, text) -> {
              asked.add(key);
              return text.length() % 2 == 0 ? text.length() : null;
            });
    PersistentMap<Integer, String> first =
        PersistentMap.of(SPREAD, Map.of(1, "a", 2, "bb", 3, "cccc"));
    assertThat(even.of(first)).isEqualTo(Map.of(2, 2, 3, 4));
    asked.clear();

    PersistentMap<Integer, String> second = first.changedTo(Map.of(1, "aa", 2, "bb", 4, "dddddd"));

    assertThat(even.of(second)).isEqualTo(Map.of(1, 2, 2, 2, 4, 6));
    assertThat(asked).containsExactly(1, 4);
  }
}
