package io.github.dockerimageexporter.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The mark by which a bucket that has not changed need not be taken apart again.
class BucketMarkTest {
  @TempDir private Path directory;
  private final Bucket small =
      new Bucket().with("size", "1").with("labels", new Bucket().with("a", "b"));
  private final Bucket inline = new Bucket().with("name", "n");
  private final Bucket large =
      new Bucket().with("labels", new Bucket().with("a", "b".repeat(2000)));
  private final Bucket branch = new Bucket().with("labels", keys(10));
  private final Bucket deep =
      new Bucket()
          .with("a", new Bucket().with("b", new Bucket().with("c", new Bucket().with("d", large))));
  private final Bucket wide = keys(200);
  private final Bucket records =
      new Bucket()
          .with("small", small)
          .with("inline", inline)
          .with("large", large)
          .with("branch", branch)
          .with("deep", deep)
          .with("wide", wide);
  private Map<String, OptionalLong> before = Map.of();

  @BeforeEach
  void mark() throws IOException {
    before = marks();
  }

  private static Bucket keys(int count) {
    var keys = new Bucket();
    for (int i = 0; i < count; i++) {
      keys.with("key " + i, "v".repeat(1000));
    }
    return keys;
  }

  @Test
  void aBucketOfManyPagesOrLevelsHasNoMark() {
    assertThat(before.get("small")).isPresent();
    assertThat(before.get("inline")).isPresent();
    assertThat(before.get("large")).isPresent();
    assertThat(before.get("branch")).isPresent();
    assertThat(before.get("deep")).isEmpty();
    assertThat(before.get("wide")).isEmpty();
  }

  @Test
  void aBucketThatMovesToAnotherPageKeepsItsMark() throws IOException {
    records.with(
        "another", new Bucket().with("size", "2").with("labels", new Bucket().with("c", "d")));

    assertThat(marks()).containsAllEntriesOf(before);
  }

  @Test
  void anotherValueIsAnotherMark() throws IOException {
    small.with("labels", new Bucket().with("a", "c"));
    inline.with("name", "m");
    large.with("labels", new Bucket().with("a", "b".repeat(1999) + "c"));
    branch.with("labels", keys(10).with("key 3", "w"));

    Map<String, OptionalLong> after = marks();
    assertThat(after.get("small")).isPresent().isNotEqualTo(before.get("small"));
    assertThat(after.get("inline")).isPresent().isNotEqualTo(before.get("inline"));
    assertThat(after.get("large")).isPresent().isNotEqualTo(before.get("large"));
    assertThat(after.get("branch")).isPresent().isNotEqualTo(before.get("branch"));
  }

  private Map<String, OptionalLong> marks() throws IOException {
    Path file = directory.resolve("test.db");
    BoltFixture.write(file, new Bucket().with("records", records));
    return BoltFixture.read(
        file,
        root -> {
          var marks = new HashMap<String, OptionalLong>();
          root.eachBucketIn("records", (name, bucket) -> marks.put(name, bucket.mark()));
          return marks;
        });
  }
}
