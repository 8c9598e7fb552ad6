package io.github.dockerimageexporter.soak;

import io.github.dockerimageexporter.check.Kind;

/// Damage of one kind that an engine itself does under such work. What the exporter says of it is
/// true, once the engine's own answers have proven it.
interface TrueDamage {
  /// What it is reported as.
  Kind kind();

  /// How many problems of it may be shown now.
  long now();

  /// Whether a line of the exporter's log says nothing but what is proven.
  boolean explain(String line) throws InterruptedException;

  /// How much was proven so far, as the end of a line.
  String tally();
}
