package io.github.dockerimageexporter.soak;

import java.io.IOException;
import java.util.Random;

/// Something that a worker asks of the engine, such as a build or a prune.
///
/// @param weight how often it is done, beside the others
record Operation(String name, int weight, Act act) {

  /// How it is done, with names and content by chance.
  @FunctionalInterface
  interface Act {
    /// Does it.
    ///
    /// @throws IOException if Docker refuses, as it does when workers get in each other's way
    void run(Random random) throws IOException, InterruptedException;
  }
}
