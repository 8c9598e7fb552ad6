package io.github.dockerimageexporter.content.background;

import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// Which readings count only if a second one gives the same.
///
/// @param silent says nothing of what was read, so that what was doubted and confirmed before it
///     stays
/// @param same whether two readings say the same
/// @param settle the least time between the two
public record Confirmation<V>(
    Predicate<V> doubted, Predicate<V> silent, BiPredicate<V, V> same, Duration settle) {

  public Confirmation(Predicate<V> doubted, Duration settle) {
    this(doubted, _ -> false, Object::equals, settle);
  }

  /// Whether a reading takes nothing back of what is `known`.
  boolean leaves(V known, V reading) {
    return silent.test(reading) && doubted.test(known);
  }
}
