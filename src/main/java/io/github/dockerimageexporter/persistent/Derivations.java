package io.github.dockerimageexporter.persistent;

import java.util.HashMap;
import java.util.Map;

/// All that follows the maps of one thing from version to version, such as a [DerivedMap], so that
/// whoever needs it finds it again without keeping it. For one thread.
public final class Derivations {
  private final Map<Derivation<?>, Object> begun = new HashMap<>();

  /// What follows maps, before it has seen any: a constant, or a record if there are several alike.
  @FunctionalInterface
  public interface Derivation<T> {
    T begin();
  }

  /// What has begun as `derivation` says, now or earlier.
  @SuppressWarnings("unchecked") // put in as such
  public <T> T get(Derivation<T> derivation) {
    return (T) begun.computeIfAbsent(derivation, Derivation::begin);
  }
}
