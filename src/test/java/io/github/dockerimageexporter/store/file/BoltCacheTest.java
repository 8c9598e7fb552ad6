package io.github.dockerimageexporter.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltTree;
import io.github.dockerimageexporter.bolt.BoltTree.Bucket;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.store.file.BoltCache.Absent;
import io.github.dockerimageexporter.store.file.BoltCache.Damaged;
import io.github.dockerimageexporter.store.file.BoltCache.Known;
import io.github.dockerimageexporter.store.file.BoltCache.Outcome;
import io.github.dockerimageexporter.store.file.BoltCache.Unknown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoltCacheTest {
  private static final int PAGE_SIZE = 4096;

  @TempDir private Path directory;
  private Path file;
  private int decoded;
  private Runnable whileRead = () -> {};
  private final BoltCache<BoltTree> cache =
      new BoltCache<>(
          (bucket, _) -> {
            decoded++;
            whileRead.run();
            return BoltTree.of(bucket);
          });

  @BeforeEach
  void nameFile() {
    file = directory.resolve("meta.db");
  }

  @Test
  void aDatabaseIsTakenApartOnceForEachTransaction() throws IOException {
    try (var writer = new BoltFixture(file, PAGE_SIZE)) {
      writer.commit(tree("one"));
      assertThat(read()).isEqualTo(new Known<>(tree("one")));
      assertThat(read()).isEqualTo(new Known<>(tree("one")));
      assertThat(decoded).isEqualTo(1);

      writer.commit(tree("two"));
      assertThat(read()).isEqualTo(new Known<>(tree("two")));
      assertThat(decoded).isEqualTo(2);
    }
  }

  @Test
  void whatAScanMayHaveTakenForGrantedTheNextFullOneReads() throws IOException {
    try (var writer = new BoltFixture(file, PAGE_SIZE)) {
      writer.commit(tree("one"));
      read();
      writer.commit(tree("two"));
      Outcome<BoltTree> two = read(Freshness.of(List.of("meta.db")));
      assertThat(read(Freshness.of(List.of()))).isEqualTo(two);
      assertThat(decoded).isEqualTo(2);

      assertThat(read()).isEqualTo(two);
      assertThat(decoded).isEqualTo(3);
      assertThat(read()).isEqualTo(two);
      assertThat(decoded).isEqualTo(3);
    }
  }

  @Test
  void anotherFileOfTheSameTransactionIsAnother() throws IOException {
    BoltFixture.write(file, tree("one"));
    read();
    BoltFixture.write(directory.resolve("copy"), tree("two"));
    Files.move(directory.resolve("copy"), file, StandardCopyOption.REPLACE_EXISTING);

    assertThat(read()).isEqualTo(new Known<>(tree("two")));
  }

  @Test
  void aFileThatIsReplacedWhileItIsReadIsReadToItsEnd() throws IOException {
    BoltFixture.write(file, tree("one"));
    BoltFixture.write(directory.resolve("copy"), tree("two"));
    whileRead = () -> move(directory.resolve("copy"));

    assertThat(read()).isEqualTo(new Known<>(tree("one")));
    whileRead = () -> {};
    assertThat(read()).isEqualTo(new Known<>(tree("two")));
  }

  @Test
  void aFileThatGrowsWhileItIsReadIsReadAgain() throws IOException {
    try (var writer = new BoltFixture(file, PAGE_SIZE)) {
      writer.commit(tree("one"));
      whileRead =
          () -> {
            if (decoded < 3) {
              commit(writer, tree("x".repeat(decoded * 100_000)));
            }
          };

      assertThat(read()).isEqualTo(new Known<>(tree("x".repeat(200_000))));
      assertThat(decoded).isEqualTo(3);
    }
  }

  /// Three attempts, of five reads each.
  @Test
  void aFileThatIsWrittenAtEveryReadIsUnknown() throws IOException {
    try (var writer = new BoltFixture(file, PAGE_SIZE)) {
      writer.commit(tree("one"));
      whileRead = () -> commit(writer, tree("two"));

      assertThat(read())
          .isEqualTo(
              new Unknown<>(
                  file + ": no consistent state in 5 reads, last: transaction 16 overtook 15"));
      assertThat(decoded).isEqualTo(15);

      whileRead = () -> {};
      assertThat(read()).isEqualTo(new Known<>(tree("two")));
    }
  }

  /// As where the kernel has one time for all that is written within 4 ms.
  @Test
  void aFileThatIsWrittenAtEveryReadIsUnknownThoughItsTimesDoNotChange() throws IOException {
    try (var writer = new BoltFixture(file, PAGE_SIZE);
        var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      writer.commit(tree("one"));
      var mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * PAGE_SIZE);
      writer.recommitIn(mapped);
      writer.recommitIn(mapped);
      whileRead = () -> writer.recommitIn(mapped);

      assertThat(read()).isInstanceOf(Unknown.class);
      assertThat(decoded).isEqualTo(15);
    }
  }

  @Test
  void aFileThatWasCutShortIsDamaged() throws IOException {
    BoltFixture.write(file, tree("x".repeat(100_000)));
    cut(20_000);

    assertThat(read()).isInstanceOf(Damaged.class);
  }

  @Test
  void aFileThatIsCutShortWhileItIsReadIsDamagedAtTheNextAttempt() throws IOException {
    BoltFixture.write(file, tree("x".repeat(100_000)));
    whileRead = () -> cut(20_000);

    assertThat(read()).isInstanceOf(Damaged.class);
  }

  @Test
  void whatWasReadIsNotTakenForAFileThatIsGone() throws IOException {
    BoltFixture.write(file, tree("one"));
    read();
    Files.delete(file);

    assertThat(read()).isEqualTo(new Absent<>());
  }

  private static Bucket tree(String value) {
    return new Bucket().with("bucket", new Bucket().with("key", value));
  }

  private Outcome<BoltTree> read() throws IOException {
    return read(Freshness.EVERY_FILE);
  }

  private Outcome<BoltTree> read(Freshness freshness) throws IOException {
    try (var root = RootDirectory.open(directory)) {
      return cache.read(root, "meta.db", freshness);
    }
  }

  private void cut(long bytes) {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void move(Path copy) {
    try {
      Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void commit(BoltFixture writer, Bucket tree) {
    try {
      writer.commit(tree);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
