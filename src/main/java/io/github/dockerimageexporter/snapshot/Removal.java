package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.Image;
import java.nio.file.Path;
import java.util.OptionalLong;

/// What Docker would delete if an image were removed with all its names.
///
/// For one thread: what was summed up for one image may be kept for the next.
public interface Removal {

  /// What directories take.
  @FunctionalInterface
  interface DiskBytes {
    /// The allocated bytes of one, once measured.
    OptionalLong of(Path directory);
  }

  /// The allocated bytes that removing `image` would free; nothing while that depends on something
  /// that is not known.
  OptionalLong freedBytes(Image image);
}
