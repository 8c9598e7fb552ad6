package io.github.dockerimageexporter.observation;

import java.util.Optional;
import java.util.function.Supplier;

/// A value that is made when it is first asked for: who asks for few of many figures pays for
/// those. For one thread.
public final class Lazy<T> {
  private final Supplier<T> maker;
  private Optional<T> made = Optional.empty();

  public Lazy(Supplier<T> maker) {
    this.maker = maker;
  }

  public T get() {
    if (made.isEmpty()) {
      made = Optional.of(maker.get());
    }
    return made.get();
  }
}
