package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.bolt.NestedBuckets;

/// Something that was read from a bucket of its own in a database.
interface Recorded {
  /// That of the bucket; 0 if it has none.
  long mark();

  /// Reads records from their buckets.
  @FunctionalInterface
  interface Reader extends NestedBuckets.Reader<Recorded> {
    @Override
    default long mark(Recorded made) {
      return made.mark();
    }
  }

  /// What is no record of the kind that is read.
  ///
  /// @param text what it says instead
  record Other(String name, String text) implements Recorded {
    @Override
    public long mark() {
      return 0;
    }
  }
}
