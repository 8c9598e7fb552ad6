package io.github.dockerimageexporter.bolt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoltFileTest {
  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("test.db");
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshots", "metadata_v2", "containerdmeta"})
  void readsWhatAnotherReaderFoundInARealEnginesFile(String name) throws IOException {
    unpack(name, file);

    try (var expected = resource(name + ".txt")) {
      assertThat(BoltTree.dump(readAll())).isEqualTo(new String(expected.readAllBytes(), US_ASCII));
    }
  }

  @Test
  void emptyDatabaseHasAnEmptyRoot() throws IOException {
    BoltFixture.write(file, new BoltTree.Bucket());

    assertThat(readAll()).isEqualTo(new BoltTree.Bucket());
  }

  @Test
  void readsBranchesOverflowInlineAndNestedBuckets() throws IOException {
    BoltTree.Bucket tree = sampleTree(500);
    BoltFixture.write(file, tree);

    assertThat(readAll()).isEqualTo(tree);
  }

  @Test
  void keysComeInByteOrder() throws IOException {
    var bucket = new BoltTree.Bucket().with("\u00ff", "").with("a", "").with("\u0000", "");
    BoltFixture.write(file, new BoltTree.Bucket().with("b", bucket).with("a", bucket));

    List<String> names = read(BoltBucket::bucketNames);
    List<String> keys = read(root -> List.copyOf(root.bucket("a").orElseThrow().values().keySet()));
    assertThat(names).containsExactly("a", "b");
    assertThat(keys).containsExactly("\u0000", "a", "\u00ff");
  }

  @Test
  void keyHoldsEitherAValueOrABucket() throws IOException {
    var bucket = new BoltTree.Bucket().with("key", "value").with("nested", new BoltTree.Bucket());
    BoltFixture.write(file, new BoltTree.Bucket().with("bucket", bucket));

    read(
        root -> {
          BoltBucket found = root.bucket("bucket").orElseThrow();
          assertThat(found.value("key")).contains("value".getBytes(ISO_8859_1));
          assertThat(found.bucket("key")).isEmpty();
          assertThat(found.value("nested")).isEmpty();
          assertThat(found.bucket("nested")).isPresent();
          assertThat(found.value("absent")).isEmpty();
          return true;
        });
  }

  @Test
  void newerOfTwoStatesCounts() throws IOException {
    try (var fixture = new BoltFixture(file)) {
      for (String state : List.of("first", "second", "third")) {
        var tree = new BoltTree.Bucket().with("state", state);
        fixture.commit(tree);

        assertThat(readAll()).isEqualTo(tree);
      }
    }
  }

  @Test
  void readerIsRunAgainWhenTheWriterOvertakesIt() throws IOException {
    try (var fixture = new BoltFixture(file)) {
      fixture.commit(new BoltTree.Bucket().with("state", "0"));
      var runs = new int[1];

      BoltTree.Bucket seen =
          read(
              root -> {
                if (runs[0]++ < 2) {
                  fixture.commit(new BoltTree.Bucket().with("state", "" + runs[0]));
                }
                return BoltTree.of(root);
              });

      assertThat(seen).isEqualTo(new BoltTree.Bucket().with("state", "2"));
    }
  }

  @Test
  void exceptionOfAnOvertakenReaderIsForgotten() throws IOException {
    try (var fixture = new BoltFixture(file)) {
      fixture.commit(new BoltTree.Bucket());
      var runs = new int[1];

      String seen =
          read(
              root -> {
                if (runs[0]++ == 0) {
                  fixture.commit(new BoltTree.Bucket());
                  throw new IllegalStateException("made of an overtaken state");
                }
                return "made of the newest state";
              });

      assertThat(seen).isEqualTo("made of the newest state");
    }
  }

  @Test
  void exceptionOfAReaderThatWasNotOvertakenIsItsOwn() throws IOException {
    BoltFixture.write(file, new BoltTree.Bucket());

    assertThatThrownBy(
            () ->
                read(
                    root -> {
                      throw new IllegalStateException("unwanted " + root.bucketNames());
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("unwanted []");
  }

  @Test
  void givesUpWhenTheWriterOvertakesEveryAttempt() throws IOException {
    try (var fixture = new BoltFixture(file)) {
      fixture.commit(new BoltTree.Bucket());

      assertThatThrownBy(
              () ->
                  read(
                      root -> {
                        fixture.commit(new BoltTree.Bucket());
                        return root;
                      }))
          .isInstanceOf(TornReadException.class)
          .hasMessage(file + ": no consistent state in 5 reads, last: transaction 6 overtook 5");
    }
  }

  /// Every shape that bbolt writes, with `keys` keys in its largest buckets.
  static BoltTree.Bucket sampleTree(int keys) {
    var many = new BoltTree.Bucket();
    for (int i = 0; i < keys; i++) {
      many.with("key-%03d".formatted(i), "value ".repeat(i % 20));
    }
    return new BoltTree.Bucket()
        .with("many", many)
        .with("large", new BoltTree.Bucket().with("a", "").with("b", "x".repeat(3_000)))
        .with("inline", new BoltTree.Bucket().with("key", "value"))
        .with("nothing", new BoltTree.Bucket())
        .with(
            "nested",
            new BoltTree.Bucket()
                .with("value", "beside a bucket")
                .with("deeper", new BoltTree.Bucket().with("many", many)));
  }

  /// Lays the real engine's database `name` at `file`.
  static void unpack(String name, Path file) throws IOException {
    try (var packed = new GZIPInputStream(resource(name + ".db.gz"))) {
      Files.copy(packed, file);
    }
  }

  private static InputStream resource(String name) throws IOException {
    var resource = BoltFileTest.class.getResourceAsStream("/bolt/" + name);
    if (resource == null) {
      throw new NoSuchFileException(name);
    }
    return resource;
  }

  private BoltTree.Bucket readAll() throws IOException {
    return read(BoltTree::of);
  }

  private <T> T read(BoltReader<T> reader) throws IOException {
    return BoltFixture.read(file, reader);
  }
}
