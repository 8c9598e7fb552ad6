package io.github.dockerimageexporter.content;

import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// Which readings count only if a second one gives the same.
///
/// @param same whether two readings say the same
/// @param settle the least time between the two
record Confirmation<V>(Predicate<V> doubted, BiPredicate<V, V> same, Duration settle) {

  Confirmation(Predicate<V> doubted, Duration settle) {
    this(doubted, Object::equals, settle);
  }
}
