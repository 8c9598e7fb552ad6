package io.github.dockerimageexporter.bolt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.bolt.NestedBuckets.Changes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who follows the buckets nested in one knows of them what one knows who reads all.
class NestedBucketsTest {
  private static final int PAGE_SIZE = 4096;

  @TempDir private Path directory;
  private final Bucket records = new Bucket();
  private final Bucket tree = new Bucket().with("records", records);
  private final Map<String, Made> followed = new HashMap<>();
  private final Random random = new Random(1);
  private NestedBuckets<Made> last = NestedBuckets.none();
  private Path file;

  private record Made(String name, Bucket content, long mark) {}

  /// Reads whole buckets.
  private static final class Whole implements NestedBuckets.Reader<Made> {
    @Override
    public Made read(String name, BoltBucket.Nested bucket) throws IOException {
      long mark = bucket.mark().orElse(0);
      return new Made(name, BoltTree.of(bucket.open()), mark);
    }

    @Override
    public long mark(Made made) {
      return made.mark();
    }
  }

  @BeforeEach
  void makeRecords() {
    file = directory.resolve("test.db");
    for (int i = 0; i < 200; i++) {
      change("record " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void whateverChangesFromStateToStateIsFollowed(boolean keeps, boolean trusts) throws IOException {
    try (var database = open(keeps)) {
      for (int round = 0; round < 60; round++) {
        for (int step = random.nextInt(3); step >= 0; step--) {
          change("record " + random.nextInt(220));
          database.commit(tree);
        }
        follow(trusts);
        assertThat(followed).isEqualTo(all());
      }
    }
  }

  @Test
  void ofARecordThatHasChangedItsLeafIsTakenApart() throws IOException {
    try (var database = open(true)) {
      database.commit(tree);
      follow();
      records.with("record 7", small("other"));
      database.commit(tree);

      assertThat(follow().come()).extracting(Made::name).contains("record 7").hasSizeLessThan(40);
    }
  }

  /// Every second state of this database lies where the one before the last lay.
  @Test
  void aRecordThatIsWrittenToThePageWhereItWasBeforeIsReadAgain() throws IOException {
    try (var database = open(false)) {
      database.commit(tree);
      database.commit(tree);
      follow();
      records.with("record 7", small("first"));
      database.commit(tree);
      database.commit(tree);
      follow();
      records.with("record 7", small("other"));
      database.commit(tree);
      database.commit(tree);
      follow();

      assertThat(followed).isEqualTo(all());
    }
  }

  /// As far as that is taken for granted.
  @Test
  void ofTheNextTransactionNoPageIsReadThatIsWhereItWas() throws IOException {
    try (var database = open(true)) {
      database.commit(tree);
      follow();
      byte[] before = Files.readAllBytes(file);
      records.with("record 7", small("other"));
      database.commit(tree);
      damageWhatIsAsItWas(before);

      assertThat(follow(true).come()).extracting(Made::name).contains("record 7");
      assertThatThrownBy(this::follow).isInstanceOf(TornReadException.class);
    }
  }

  /// The pages of the next one are written before it is committed.
  @Test
  void ofTheSameTransactionNoPageIsRead() throws IOException {
    try (var database = open(true)) {
      database.commit(tree);
      follow();
      damageWhatIsAsItWas(Files.readAllBytes(file));

      Changes<Made> changes = follow(true);

      assertThat(List.of(changes.come(), changes.gone())).containsOnly(List.of());
      assertThatThrownBy(this::follow).isInstanceOf(TornReadException.class);
    }
  }

  @Test
  void aBucketThatIsGoneTakesAllWithIt() throws IOException {
    try (var database = open(true)) {
      database.commit(tree);
      follow();
      database.commit(new Bucket().with("others", records));
      follow();

      assertThat(followed).isEmpty();
    }
  }

  /// Damages one page of the records that has not changed, which is a leaf with their names.
  private void damageWhatIsAsItWas(byte[] before) throws IOException {
    byte[] now = Files.readAllBytes(file);
    for (int page = 2 * PAGE_SIZE; page < before.length; page += PAGE_SIZE) {
      String text = new String(now, page, PAGE_SIZE, ISO_8859_1);
      if (text.contains("record 1")
          && Arrays.equals(before, page, page + PAGE_SIZE, now, page, page + PAGE_SIZE)
          && now[page + 8] == Page.LEAF) {
        now[page + 10]++;
        Files.write(file, now);
        return;
      }
    }
  }

  private BoltFixture open(boolean keeps) throws IOException {
    return keeps ? BoltFixture.keeping(file, PAGE_SIZE) : new BoltFixture(file, PAGE_SIZE);
  }

  private static Bucket small(String value) {
    return new Bucket().with("labels", new Bucket().with("a", value));
  }

  private void change(String name) {
    switch (random.nextInt(5)) {
      case 0 -> records.items().remove(name);
      case 1 -> records.with(name, new Bucket().with("inline", "" + random.nextInt()));
      case 2 ->
          records.with(name, small("l".repeat(random.nextInt(3 * PAGE_SIZE)) + random.nextInt()));
      case 3 -> records.with(name, "no bucket");
      default -> records.with(name, small("" + random.nextInt(100, 1000)));
    }
  }

  private Changes<Made> follow() throws IOException {
    return follow(false);
  }

  private Changes<Made> follow(boolean trusts) throws IOException {
    Changes<Made> changes =
        BoltFixture.read(file, trusts, root -> root.nestedIn("records", last, new Whole()));
    Set<String> come = changes.come().stream().map(Made::name).collect(Collectors.toSet());
    changes.come().forEach(made -> followed.put(made.name(), made));
    changes.gone().stream()
        .map(Made::name)
        .filter(it -> !come.contains(it))
        .forEach(followed::remove);
    last = changes.now();
    return changes;
  }

  private Map<String, Made> all() throws IOException {
    List<Made> all =
        BoltFixture.read(file, root -> root.nestedIn("records", NestedBuckets.none(), new Whole()))
            .come();
    return all.stream().collect(Collectors.toMap(Made::name, made -> made));
  }
}
