package io.github.dockerimageexporter.bolt;

import io.github.dockerimageexporter.bolt.BucketMarks.Marked;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Makes nothing of buckets but their marks.
final class BucketMarks implements NestedBuckets.Reader<Marked> {
  record Marked(String name, OptionalLong mark) {}

  @Override
  public Marked read(String name, BoltBucket.Nested bucket) throws IOException {
    return new Marked(name, bucket.mark());
  }

  @Override
  public long mark(Marked made) {
    return made.mark().orElse(0);
  }

  /// Those of the buckets that are nested in the bucket `name`.
  static Map<String, OptionalLong> in(BoltBucket parent, String name) throws IOException {
    var marks = new HashMap<String, OptionalLong>();
    parent
        .nestedIn(name, NestedBuckets.none(), new BucketMarks())
        .come()
        .forEach(marked -> marks.put(marked.name(), marked.mark()));
    return marks;
  }
}
