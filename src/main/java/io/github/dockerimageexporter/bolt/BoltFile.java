package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/// A bbolt database file, read without its lock while another process writes.
///
/// bbolt never overwrites a page of the newest committed state: transaction N + 1 writes to free
/// pages and then its meta page, and only N + 2 may reuse what N + 1 freed. So a read that found
/// state N before it began and still finds N when it ends saw nothing but N.
///
/// Source: bbolt, `db.go`, `tx.go`, `internal/freelist/shared.go`.
public final class BoltFile implements AutoCloseable {
  static final int ATTEMPTS = 5;

  private final FileBytes file;

  private BoltFile(FileBytes file) {
    this.file = file;
  }

  /// Opens a regular file. Anything else is refused before it is opened, since to open a pipe may
  /// wait for ever.
  ///
  /// @throws BoltFormatException if `path` is not a regular file
  public static BoltFile open(Path path) throws IOException {
    var attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new BoltFormatException(path, kind(attributes), "a regular file");
    }
    var channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    return new BoltFile(new FileBytes(path, channel));
  }

  private static String kind(BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return "a symbolic link";
    }
    return attributes.isDirectory() ? "a directory" : "a pipe, socket or device";
  }

  /// Reads with `reader` from one committed state, a few times if the writer overtakes it.
  ///
  /// @throws BoltFormatException if the file is no bbolt database of the supported format
  /// @throws TornReadException if no attempt met a consistent state
  /// @throws IOException if the file cannot be read, or from `reader`
  public <T> T read(BoltReader<T> reader) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return readOnce(reader);
      } catch (TornReadException torn) {
        if (attempt == ATTEMPTS) {
          throw new TornReadException(file.path(), ATTEMPTS, torn);
        }
      }
    }
  }

  /// Whatever `reader` makes of the state, a result or an exception, counts only if that state is
  /// still the newest.
  private <T> T readOnce(BoltReader<T> reader) throws IOException {
    Meta before = Meta.latest(file);
    try {
      return reader.read(BoltBucket.root(new Pages(file, before)));
    } finally {
      requireLatest(before);
    }
  }

  private void requireLatest(Meta before) throws IOException {
    Meta after = Meta.latest(file);
    if (!after.equals(before)) {
      throw new TornReadException(
          "transaction " + after.transaction() + " overtook " + before.transaction());
    }
  }

  @Override
  public void close() throws IOException {
    file.channel().close();
  }
}
