package io.github.dockerimageexporter.persistent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What follows a map from version to version says of each what a plain look at it says.
class FollowedMapsTest {
  private static final KeyOrder<Integer> ORDER =
      new KeyOrder<>(key -> (long) key << 56, Comparator.naturalOrder());

  private static final int KEYS = 60;

  /// @param below the key that it stands on
  /// @param note what nobody follows
  private record Entry(Optional<Integer> below, int note) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aForestIsThatOfItsLastVersion(long seed) {
    var forest = new Forest<Integer, Entry>(ORDER, Entry::below);
    forEachVersion(
        seed,
        version -> {
          forest.follow(version);
          assertThat(forest.above()).isEqualTo(above(version));
          assertThat(forest.heights()).isEqualTo(heights(version));
          assertThat(forest.rings()).isEqualTo(rings(version));
          return version;
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anInverseIsThatOfItsLastVersion(long seed) {
    var inverse =
        new InverseMap<Integer, Entry, Integer>(
            ORDER, ORDER, entry -> entry.below().map(List::of).orElse(List.of()));
    forEachVersion(
        seed,
        version -> {
          assertThat(inverse.of(version)).isEqualTo(above(version));
          return version;
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void occurrencesAreThoseInItsLastVersion(long seed) {
    var occurrences =
        new Occurrences<Integer, Entry, Integer>(
            ORDER, ORDER, entry -> Collections.nCopies(entry.note() + 1, entry.below().orElse(0)));
    forEachVersion(
        seed,
        version -> {
          var expected = new TreeMap<Integer, Integer>();
          version
              .values()
              .forEach(
                  entry -> expected.merge(entry.below().orElse(0), entry.note() + 1, Integer::sum));
          assertThat(occurrences.of(version)).isEqualTo(expected);
          return version;
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aDifferenceIsThatOfItsLastVersions(long seed) {
    var difference = new Difference<Integer, Entry, Entry>(ORDER);
    var random = new Random(-seed);
    forEachVersion(
        seed,
        version -> {
          PersistentMap<Integer, Entry> others = changed(version, random);
          var expected = new TreeMap<>(version);
          expected.keySet().removeAll(others.keySet());
          assertThat(difference.of(version, others)).isEqualTo(expected);
          return random.nextBoolean() ? version : others;
        });
  }

  @Test
  void whatSaysTheSameAsBeforeIsTheSame() {
    var forest = new Forest<Integer, Entry>(ORDER, Entry::below);
    PersistentMap<Integer, Entry> map =
        PersistentMap.of(ORDER, Map.of(1, new Entry(Optional.empty(), 0)));
    forest.follow(map);
    PersistentMap<Integer, List<Integer>> above = forest.above();
    PersistentMap<Integer, Integer> heights = forest.heights();

    forest.follow(PersistentMap.of(ORDER, Map.of(1, new Entry(Optional.empty(), 1))));

    assertThat(forest.above()).isSameAs(above);
    assertThat(forest.heights()).isSameAs(heights);
  }

  /// Random versions, each made of what `step` returns of the one before.
  private static void forEachVersion(long seed, UnaryOperator<PersistentMap<Integer, Entry>> step) {
    var random = new Random(seed);
    PersistentMap<Integer, Entry> map = PersistentMap.empty(ORDER);
    for (int version = 0; version < 200; version++) {
      map = step.apply(changed(map, random));
    }
  }

  private static PersistentMap<Integer, Entry> changed(
      PersistentMap<Integer, Entry> map, Random random) {
    PersistentMap<Integer, Entry>.Editor editor = map.edit();
    int edits = random.nextInt(6);
    for (int i = 0; i < edits; i++) {
      int key = random.nextInt(KEYS);
      if (random.nextInt(3) == 0) {
        editor.remove(key);
      } else {
        Optional<Integer> below =
            random.nextInt(4) == 0 ? Optional.empty() : Optional.of(random.nextInt(KEYS));
        editor.put(key, new Entry(below, random.nextInt(2)));
      }
    }
    return editor.done();
  }

  private static Map<Integer, List<Integer>> above(Map<Integer, Entry> version) {
    var above = new TreeMap<Integer, List<Integer>>();
    version.forEach(
        (key, entry) ->
            entry
                .below()
                .ifPresent(below -> above.computeIfAbsent(below, _ -> new ArrayList<>()).add(key)));
    return above;
  }

  private static Map<Integer, Integer> heights(Map<Integer, Entry> version) {
    var heights = new TreeMap<Integer, Integer>();
    for (Integer key : version.keySet()) {
      List<Integer> chain = chain(version, key);
      @Nullable Entry lowest = version.get(chain.getLast());
      if (lowest != null && lowest.below().isEmpty()) {
        heights.put(key, chain.size());
      }
    }
    return heights;
  }

  private static List<List<Integer>> rings(Map<Integer, Entry> version) {
    Set<List<Integer>> rings = new HashSet<>();
    for (Integer key : version.keySet()) {
      List<Integer> chain = chain(version, key);
      @Nullable Entry lowest = version.get(chain.getLast());
      if (lowest != null && lowest.below().equals(Optional.of(key))) {
        rings.add(List.copyOf(new TreeSet<>(chain)));
      }
    }
    List<List<Integer>> sorted = new ArrayList<>(rings);
    Collections.sort(sorted, Comparator.comparing(List::getFirst));
    return sorted;
  }

  /// From `key` down to what names nothing, is not there, or has been met.
  private static List<Integer> chain(Map<Integer, Entry> version, Integer key) {
    List<Integer> chain = new ArrayList<>();
    @Nullable Integer next = key;
    while (next != null && !chain.contains(next)) {
      chain.add(next);
      @Nullable Entry entry = version.get(next);
      next = entry == null ? null : entry.below().orElse(null);
    }
    return chain;
  }
}
