package io.github.dockerimageexporter.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The mark by which a bucket that has not changed need not be taken apart again, with pages of
/// several sizes.
@ParameterizedClass
@ValueSource(ints = {1024, 4096, 16_384})
class BucketMarkTest {
  private final int pageSize;
  private final String twoPages;
  private final Bucket small =
      new Bucket().with("size", "1").with("labels", new Bucket().with("a", "b"));
  private final Bucket inline = new Bucket().with("name", "n");
  private final Bucket large;
  private final Bucket branch;
  private final Bucket records;
  @TempDir private Path directory;

  BucketMarkTest(int pageSize) {
    this.pageSize = pageSize;
    this.twoPages = "b".repeat(2 * pageSize);
    this.large = new Bucket().with("labels", new Bucket().with("a", twoPages));
    this.branch = new Bucket().with("labels", keys(10));
    this.records =
        new Bucket()
            .with("small", small)
            .with("inline", inline)
            .with("large", large)
            .with("branch", branch);
  }

  private Bucket keys(int count) {
    var keys = new Bucket();
    for (int i = 0; i < count; i++) {
      keys.with("key " + i, "v".repeat(pageSize));
    }
    return keys;
  }

  @Test
  void aBucketOfManyPagesOrLevelsOrOfAVeryLargePageHasNoMark() throws IOException {
    records
        .with("wide", keys(200))
        .with("deep", nested(large, 4))
        .with("huge", new Bucket().with("labels", new Bucket().with("a", "b".repeat(1 << 16))));

    assertThat(marks().entrySet().stream().filter(mark -> mark.getValue().isEmpty()))
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrder("wide", "deep", "huge");
  }

  private static Bucket nested(Bucket bucket, int levels) {
    return levels == 0 ? bucket : new Bucket().with("a", nested(bucket, levels - 1));
  }

  @Test
  void aBucketThatMovesToAnotherPageKeepsItsMark() throws IOException {
    Map<String, OptionalLong> before = marks();
    records.with(
        "another", new Bucket().with("size", "2").with("labels", new Bucket().with("c", "d")));

    assertThat(marks()).containsAllEntriesOf(before);
  }

  @Test
  void anotherValueIsAnotherMark() throws IOException {
    Map<String, OptionalLong> before = marks();
    small.with("labels", new Bucket().with("a", "c"));
    inline.with("name", "m");
    large.with("labels", new Bucket().with("a", twoPages.substring(1) + "c"));
    branch.with("labels", keys(10).with("key 3", "w"));

    assertThat(marks())
        .hasSameSizeAs(before)
        .allSatisfy((name, mark) -> assertThat(mark).isPresent().isNotEqualTo(before.get(name)));
  }

  private Map<String, OptionalLong> marks() throws IOException {
    Path file = directory.resolve("test.db");
    Files.deleteIfExists(file);
    try (var fixture = new BoltFixture(file, pageSize)) {
      fixture.commit(new Bucket().with("records", records));
    }
    return BoltFixture.read(file, root -> BucketMarks.in(root, "records"));
  }
}
