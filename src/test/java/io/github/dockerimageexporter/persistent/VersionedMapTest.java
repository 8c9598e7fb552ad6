package io.github.dockerimageexporter.persistent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VersionedMapTest {
  private static final KeyOrder<String> NAMES = KeyOrder.byName(name -> name);

  private final VersionedMap<String, Integer> map = new VersionedMap<>(NAMES);

  @Test
  void aVersionStaysAsItIsWhateverIsChangedLater() {
    map.put("a", 1);
    map.put("b", 2);
    PersistentMap<String, Integer> before = map.version();

    map.put("a", 3);
    map.remove("b");
    map.put("c", 4);

    assertThat(before).isEqualTo(Map.of("a", 1, "b", 2));
    assertThat(map.version()).isEqualTo(Map.of("a", 3, "c", 4));
  }

  @Test
  void itIsTheSameVersionUntilSomethingIsChanged() {
    map.put("a", 1);
    PersistentMap<String, Integer> before = map.version();

    map.put("a", 1);
    map.remove("b");

    assertThat(map.version()).isSameAs(before);
  }

  @Test
  void whatWasPutInIsThereAtOnce() {
    map.put("a", 1);

    assertThat(map.get("a")).isEqualTo(1);
    assertThat(map.containsKey("a")).isTrue();
    assertThat(map.containsKey("b")).isFalse();
    assertThat(map.size()).isEqualTo(1);
  }
}
