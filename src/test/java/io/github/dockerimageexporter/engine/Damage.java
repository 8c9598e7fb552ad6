package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.check.Kind;
import java.io.IOException;
import java.util.Set;

/// One fault of a data root: how it is brought about, and what should be found.
///
/// @param name what was done, for a person
public record Damage(String name, Kind expected, Act act) {

  /// Damages a data root.
  @FunctionalInterface
  public interface Act {
    Trace on(StockedRoot root) throws IOException;
  }

  /// What the fault leaves to find.
  ///
  /// @param path where, relative to the data root
  /// @param affectedImages the IDs of the images that it touches
  public record Trace(String path, Set<String> affectedImages) {}

  @Override
  public String toString() {
    return name + ": " + expected.label();
  }
}
