package io.github.dockerimageexporter.bolt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pages that no bbolt wrote, below meta pages that are right.
class HostileBoltFileTest {
  private static final int PAGE = BoltFixture.PAGE_SIZE;

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = directory.resolve("test.db");
  }

  @Test
  void rootBeyondHighWater() throws IOException {
    writeState(leaf(3, 0));

    assertTorn("found a pointer to page 2, expected 2 to 1, in a file of 3 pages", 2, 2);
  }

  @Test
  void rootBeyondTheFile() throws IOException {
    writeState(leaf(2, 0));

    assertTorn("found a pointer to page 9, expected 2 to 99, in a file of 3 pages", 9, 100);
  }

  @Test
  void pageThatSaysItIsAnother() throws IOException {
    writeState(leaf(3, 0));

    assertTorn("found page 3, expected page 2");
  }

  @Test
  void pageOfAnotherKind() throws IOException {
    writeState(BoltFixture.page(2, 16, 0, 0, PAGE));

    assertTorn("page 2: found flags 16, expected 1 (branch) or 2 (leaf)");
  }

  @Test
  void overflowBeyondTheFile() throws IOException {
    writeState(BoltFixture.page(2, 2, 0, -1, PAGE));

    assertTorn("page 2: overflow ends at page 4294967298");
  }

  @Test
  void overflowOfAGigabyteInASparseFile() throws IOException {
    writeState(BoltFixture.page(2, 2, 0, 1 << 20, PAGE));
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), 2L << 30);
      channel.write(BoltFixture.meta(0, 2, 1 << 21, 2), 0);
    }

    assertThatThrownBy(this::readAll)
        .isInstanceOf(BoltLimitException.class)
        .hasMessage(
            "page 2: found more than %d bytes in a bucket, the limit here", Pages.MAX_BYTES);
  }

  @Test
  void moreElementsThanThePageHolds() throws IOException {
    writeState(leaf(2, 0xffff));

    assertTorn("page 2: found 65535 elements in 1024 bytes");
  }

  @Test
  void elementBeyondThePage() throws IOException {
    writeState(element(leaf(2, 1), 0, 0, 16, 1, -1));

    assertTorn(
        "page 2, element 0: found flags 0x0, bytes 32 to 4294967328,"
            + " expected flags 0 or 1, bytes within 32 to 1024");
  }

  @Test
  void elementsThatShareBytes() throws IOException {
    ByteBuffer leaf = element(leaf(2, 2), 0, 0, 32, 1, 900);
    writeState(element(leaf, 1, 0, 17, 1, 900));

    assertTorn(
        "page 2, element 1: found flags 0x0, bytes 49 to 950,"
            + " expected flags 0 or 1, bytes within 949 to 1024");
  }

  @Test
  void sameKeyTwice() throws IOException {
    ByteBuffer leaf = element(leaf(2, 2), 0, 0, 32, 1, 0);
    writeState(element(leaf, 1, 0, 17, 1, 0));

    assertTorn("found a key that does not follow the one before it");
  }

  @Test
  void branchThatLeadsBackToItself() throws IOException {
    writeState(branch(2, 2));

    assertTorn("found more than 32 levels of pages");
  }

  @Test
  void branchesThatShareALeaf() throws IOException {
    writeState(branch(2, 3, 3), element(leaf(3, 1), 0, 0, 16, 1, 0));

    assertTorn("found a key that does not follow the one before it");
  }

  @Test
  void branchesThatShareAnEmptyLeaf() throws IOException {
    writeState(branch(2, 3, 3), leaf(3, 0));

    assertTorn("page 3: found no key below a branch");
  }

  @Test
  void bucketThatHoldsItself() throws IOException {
    writeState(bucketElement(leaf(2, 1), 2));

    assertTorn("page 2: found in two buckets");
  }

  @Test
  void bucketWithHalfAHeader() throws IOException {
    writeState(element(leaf(2, 1), 0, 1, 16, 1, 8));

    assertTorn("bucket header: found 8 bytes, expected at least 16");
  }

  @Test
  void recordThatEndsWithItsHeader() throws IOException {
    writeState(bucketElement(leaf(2, 1), 3), bucketElement(leaf(3, 1), 0));

    assertThat(BoltFixture.read(file, root -> BucketMarks.in(root, "k")).values())
        .allMatch(OptionalLong::isEmpty);
    assertTorn("found 0 bytes, expected page 0");
  }

  private static ByteBuffer leaf(long id, int count) {
    return BoltFixture.page(id, 2, count, 0, PAGE);
  }

  private static ByteBuffer branch(long id, long... children) {
    ByteBuffer branch = BoltFixture.page(id, 1, children.length, 0, PAGE);
    for (int i = 0; i < children.length; i++) {
      branch.putLong(16 + 16 * i + 8, children[i]);
    }
    return branch;
  }

  private static ByteBuffer element(
      ByteBuffer leaf, int index, int flags, int position, int keyBytes, int valueBytes) {
    int header = 16 + 16 * index;
    return leaf.putInt(header, flags)
        .putInt(header + 4, position)
        .putInt(header + 8, keyBytes)
        .putInt(header + 12, valueBytes)
        .put(header + position, (byte) 'k');
  }

  private static ByteBuffer bucketElement(ByteBuffer leaf, long root) {
    return element(leaf, 0, 1, 16, 1, 16).putLong(33, root);
  }

  private void writeState(ByteBuffer... pages) throws IOException {
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(BoltFixture.meta(0, 2, pages.length + 2, 1));
      channel.write(BoltFixture.meta(1, 2, pages.length + 2, 0));
      for (ByteBuffer page : pages) {
        channel.write(page);
      }
    }
  }

  private void assertTorn(String message, long root, long highWater) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(BoltFixture.meta(0, root, highWater, 2), 0);
    }
    assertTorn(message);
  }

  private void assertTorn(String message) {
    assertThatThrownBy(this::readAll)
        .isInstanceOf(TornReadException.class)
        .hasMessage(file + ": no consistent state in 5 reads, last: " + message);
  }

  private BoltTree.Bucket readAll() throws IOException {
    return BoltFixture.read(file, BoltTree::of);
  }
}
