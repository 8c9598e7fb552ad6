package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/// A database as the program has it open that writes it: a commit changes the file in place, and of
/// it only what is not as it was.
public final class OpenDatabase implements AutoCloseable {
  private final Path file;
  private final Path scratch;
  private BoltFixture pages;

  /// Begins with a new file of the same content.
  ///
  /// @param scratch where the pages are made, on no other's way
  public OpenDatabase(Path file, Path scratch) throws IOException {
    this.file = file;
    this.scratch = scratch;
    this.pages = anew();
    replace(_ -> {});
  }

  private BoltFixture anew() throws IOException {
    Files.deleteIfExists(scratch);
    return BoltFixture.keeping(scratch, BoltFixture.PAGE_SIZE);
  }

  /// What it has.
  public BoltTree.Bucket tree() throws IOException {
    return BoltFixture.read(file, BoltTree::of);
  }

  /// Commits a change in place; in a new file, if somebody else has changed this one.
  public void change(Consumer<BoltTree.Bucket> change) throws IOException {
    if (Files.mismatch(file, scratch) >= 0) {
      replace(change);
      return;
    }
    BoltTree.Bucket tree = tree();
    change.accept(tree);
    pages.commit(tree);
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (var bytes = ByteBuffer.wrap(Files.readAllBytes(scratch)); bytes.hasRemaining(); ) {
        channel.write(bytes);
      }
    }
  }

  /// Commits a change in a new file.
  public void replace(Consumer<BoltTree.Bucket> change) throws IOException {
    BoltTree.Bucket tree = tree();
    change.accept(tree);
    pages.close();
    pages = anew();
    pages.commit(tree);
    Files.delete(file);
    Files.copy(scratch, file);
  }

  @Override
  public void close() throws IOException {
    pages.close();
    Files.delete(scratch);
  }
}
