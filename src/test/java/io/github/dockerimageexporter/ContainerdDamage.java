package io.github.dockerimageexporter;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.util.Set;

/// One fault of a store in containerd: how it is brought about, and what should be found.
///
/// @param name what was done, for a person
record ContainerdDamage(String name, Kind expected, Impact impact, Act act) {

  /// Damages a store.
  @FunctionalInterface
  interface Act {
    Trace on(ContainerdRoot root) throws IOException;
  }

  /// What the fault leaves to find.
  ///
  /// @param subject what has the problem
  record Trace(String subject, Set<ImageId> affectedImages) {}

  @Override
  public String toString() {
    return name + ": " + expected.label();
  }
}
