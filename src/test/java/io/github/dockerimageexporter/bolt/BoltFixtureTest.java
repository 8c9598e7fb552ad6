package io.github.dockerimageexporter.bolt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tests' databases are such as bbolt writes, so that an engine can go on with them.
class BoltFixtureTest {
  private static final int BRANCH = 1;

  @TempDir private Path directory;

  /// bbolt panics when it takes an item from below one: "parent must have at least 2 children".
  @Test
  void everyBranchHasSeveralChildren() throws IOException {
    var children = new ArrayList<Integer>();
    for (int count = 1; count <= 300; count++) {
      var tree = new BoltTree.Bucket();
      for (int i = 0; i < count; i++) {
        tree.with("%03d".formatted(i), "x".repeat(200));
      }
      Path file = directory.resolve(count + ".db");
      BoltFixture.write(file, tree);
      children.addAll(childrenOfBranches(Files.readAllBytes(file)));
    }

    assertThat(children).hasSizeGreaterThan(300).allMatch(count -> count >= 2);
  }

  private static List<Integer> childrenOfBranches(byte[] file) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    var children = new ArrayList<Integer>();
    for (int page = 0; page < file.length; page += BoltFixture.PAGE_SIZE) {
      if (bytes.getShort(page + 8) == BRANCH) {
        children.add((int) bytes.getShort(page + 10));
      }
    }
    return children;
  }
}
