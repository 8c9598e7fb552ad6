package io.github.dockerimageexporter.persistent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnitedMapTest {
  private static final KeyOrder<String> NAMES = KeyOrder.byName(name -> name);

  private final UnitedMap<String, Integer> united = new UnitedMap<>(NAMES);

  @Test
  void itHasWhatAnyPartHas() {
    assertThat(of(Map.of("one", Map.of("a", 1), "two", Map.of("b", 2))))
        .isEqualTo(Map.of("a", 1, "b", 2));
    assertThat(of(Map.of("one", Map.of("a", 3), "two", Map.of("b", 2, "c", 4))))
        .isEqualTo(Map.of("a", 3, "b", 2, "c", 4));
  }

  @Test
  void whatOnePartLosesAndAnotherHasStays() {
    of(Map.of("one", Map.of("a", 1), "two", Map.of("a", 1)));

    assertThat(of(Map.of("one", Map.of(), "two", Map.of("a", 1)))).isEqualTo(Map.of("a", 1));
  }

  @Test
  void whatAPartHadThatIsGoneIsGone() {
    of(Map.of("one", Map.of("a", 1), "two", Map.of("b", 2)));

    assertThat(of(Map.of("two", Map.of("b", 2)))).isEqualTo(Map.of("b", 2));
  }

  private PersistentMap<String, Integer> of(Map<String, Map<String, Integer>> parts) {
    Map<String, PersistentMap<String, Integer>> versions = new HashMap<>();
    parts.forEach((name, entries) -> versions.put(name, PersistentMap.of(NAMES, entries)));
    return united.of(versions);
  }
}
