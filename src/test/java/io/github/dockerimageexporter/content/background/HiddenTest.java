package io.github.dockerimageexporter.content.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Things are called by their place and what stands there.
class HiddenTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Hidden<String> hidden = new Hidden<>(thing -> thing.substring(0, 1), nanos::get);

  @Test
  void whatAWholeScanDidNotFindIsGone() {
    assertThat(hidden.and(List.of("a1"), true, () -> List.of("b1"))).containsExactly("a1");
  }

  @Test
  void whatAnyOtherDidNotFindIsAsItWas() {
    assertThat(partOf("a1", "b1")).containsExactly("a1", "b1");
    assertThat(partOf("a1", "b1")).containsExactly("a1", "b1");
  }

  @Test
  void whatHasSomethingElseInItsPlaceIsGone() {
    assertThat(partOf("a2", "a1")).containsExactly("a2");
  }

  @Test
  void whatIsHiddenForTenMinutesIsGone() {
    partOf("a1", "b1");

    nanos.set(Duration.ofMinutes(10).minusNanos(1).toNanos());
    assertThat(partOf("a1", "b1", "c1")).containsExactly("a1", "b1", "c1");
    nanos.set(Duration.ofMinutes(10).toNanos());
    assertThat(partOf("a1", "b1", "c1")).containsExactly("a1", "c1");
  }

  @Test
  void whatWasFoundInBetweenHasItsTimeAgain() {
    partOf("a1", "b1");
    nanos.set(Duration.ofMinutes(9).toNanos());
    hidden.and(List.of("a1", "b1"), false, () -> List.of("a1", "b1"));
    partOf("a1", "b1");

    nanos.set(Duration.ofMinutes(18).toNanos());
    assertThat(partOf("a1", "b1")).containsExactly("a1", "b1");
  }

  private Collection<String> partOf(String found, String... known) {
    return hidden.and(List.of(found), false, () -> List.of(known));
  }
}
