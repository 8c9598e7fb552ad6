package io.github.dockerimageexporter.bolt;

import java.io.IOException;

/// What a caller makes of one committed state; run again when the writer overtakes it, so without
/// side effects.
@FunctionalInterface
public interface BoltReader<T> {
  T read(BoltBucket root) throws IOException;
}
