package io.github.dockerimageexporter.usage;

import java.io.IOException;

/// How one of the threads measures a directory: a walk may have more to tell than its size.
@FunctionalInterface
public interface Measuring {
  /// For its size alone.
  Measuring PLAIN = (measurer, target) -> measurer.measure(target.place(), target.content());

  /// Measures `target`, with what the thread has for that; throws what that throws.
  DirectoryUsage measure(DirectoryMeasurer measurer, MeasureTarget target) throws IOException;
}
