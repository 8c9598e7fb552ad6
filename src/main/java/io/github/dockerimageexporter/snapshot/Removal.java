package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.Image;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Function;

/// What Docker would delete if an image were removed with all its names.
public interface Removal {

  /// The allocated bytes that removing `image` would free.
  ///
  /// @param diskBytes those of one directory, once measured
  /// @return nothing while that depends on something that is not known
  OptionalLong freedBytes(Image image, Function<Path, OptionalLong> diskBytes);
}
