package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.nio.file.Path;

/// A generated data root that the benchmark lets an exporter read.
public sealed interface BenchmarkedStore permits GeneratedStore, GeneratedContainerdStore {
  Path dataRoot();

  /// How many layers it was generated with.
  int layers();

  /// Adds an image of one layer, as a pull would.
  void add(int number) throws IOException;
}
