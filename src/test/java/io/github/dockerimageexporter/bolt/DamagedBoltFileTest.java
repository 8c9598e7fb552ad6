package io.github.dockerimageexporter.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Healthy files with bytes changed or cut off are read, or end in a documented exception.
class DamagedBoltFileTest {
  private static final int VARIANTS = 2000;
  private static final int[] BYTES = {0, 1, 2, 3, 16, 32, 127, 128, 254, 255};

  private final Random random = new Random(20);
  @TempDir Path directory;

  @Test
  void everyShapeOfPage() throws IOException {
    Path file = directory.resolve("test.db");
    BoltFixture.write(file, BoltFileTest.sampleTree(40));

    assertOnlyDocumentedExceptions(file, BoltFixture.PAGE_SIZE);
  }

  @Test
  void realEnginesFile() throws IOException {
    Path file = directory.resolve("snapshots.db");
    BoltFileTest.unpack("snapshots", file);

    assertOnlyDocumentedExceptions(file, 4096);
  }

  private void assertOnlyDocumentedExceptions(Path file, int pageSize) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    BoltTree.Bucket healthy = readAll(file);
    int unharmed = 0;
    int rejected = 0;

    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int i = 0; i < VARIANTS; i++) {
        byte[] damaged = damaged(bytes, pageSize);
        channel.write(ByteBuffer.wrap(damaged), 0);
        channel.truncate(damaged.length);
        try {
          unharmed += readAll(file).equals(healthy) ? 1 : 0;
        } catch (TornReadException | BoltFormatException documented) {
          assertThat(documented).hasMessageStartingWith(file + ": ");
          rejected++;
        }
      }
    }

    assertThat(unharmed).isPositive();
    assertThat(rejected).isGreaterThan(VARIANTS / 10);
  }

  /// Cut off, or a few bytes changed, most of them in the headers; in half of the cases the
  /// checksum of the newest meta page, page 1, is made right again.
  private byte[] damaged(byte[] bytes, int pageSize) {
    if (random.nextInt(10) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    byte[] damaged = bytes.clone();
    for (int change = random.nextInt(1, 9); change > 0; change--) {
      int page = random.nextInt(bytes.length / pageSize);
      int offset = random.nextInt(random.nextInt(4) == 0 ? pageSize : 96);
      damaged[page * pageSize + offset] = (byte) BYTES[random.nextInt(BYTES.length)];
    }
    if (random.nextBoolean()) {
      BoltFixture.seal(
          ByteBuffer.wrap(damaged).slice(pageSize, pageSize).order(ByteOrder.LITTLE_ENDIAN));
    }
    return damaged;
  }

  /// Reads all that there is, and the marks of all buckets two levels deep.
  private static BoltTree.Bucket readAll(Path file) throws IOException {
    return BoltFixture.read(
        file,
        root -> {
          for (String name : root.bucketNames()) {
            BoltBucket parent = root.bucket(name).orElseThrow();
            for (String child : parent.bucketNames()) {
              var _ = BucketMarks.in(parent, child);
            }
            var _ = BucketMarks.in(root, name);
          }
          return BoltTree.of(root);
        });
  }
}
