package io.github.dockerimageexporter.bolt;

import java.io.IOException;
import java.nio.file.Path;

/// A bbolt database file, read without its lock while another process writes.
///
/// bbolt never overwrites a page of the newest committed state: transaction N + 1 writes to free
/// pages and then its meta page, and only N + 2 may reuse what N + 1 freed. So a read that found
/// state N before it began and still finds N when it ends saw nothing but N.
///
/// Source: bbolt, `db.go`, `tx.go`, `internal/freelist/shared.go`.
public final class BoltFile {
  static final int ATTEMPTS = 5;

  /// What may meet a state that is being overwritten.
  @FunctionalInterface
  private interface Attempt<T> {
    T make() throws IOException;
  }

  private final FileBytes file;

  private BoltFile(FileBytes file) {
    this.file = file;
  }

  /// The database whose file somebody has open.
  ///
  /// @param path where it is, for messages
  public static BoltFile of(Path path, BoltBytes bytes) {
    return new BoltFile(new FileBytes(path, bytes));
  }

  /// The number of the transaction that made the newest committed state.
  ///
  /// @throws BoltFormatException if the file is no bbolt database of the supported format
  /// @throws TornReadException if no attempt met a consistent state
  public long transaction() throws IOException {
    return attempt(() -> Meta.latest(file).transaction());
  }

  /// Reads with `reader` from one committed state, a few times if the writer overtakes it.
  ///
  /// @param trusts whether it is taken for granted that only the writer has written since what
  ///     `reader` knows: of the same or the next transaction, it need not read again what has not
  ///     moved then
  /// @throws BoltFormatException if the file is no bbolt database of the supported format
  /// @throws TornReadException if no attempt met a consistent state
  /// @throws IOException if the file cannot be read, or from `reader`
  public <T> T read(boolean trusts, BoltReader<T> reader) throws IOException {
    return attempt(() -> readOnce(trusts, reader));
  }

  private <T> T attempt(Attempt<T> once) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return once.make();
      } catch (TornReadException torn) {
        if (attempt == ATTEMPTS) {
          throw new TornReadException(file.path(), ATTEMPTS, torn);
        }
      }
    }
  }

  /// Whatever `reader` makes of the state, a result or an exception, counts only if that state is
  /// still the newest.
  private <T> T readOnce(boolean trusts, BoltReader<T> reader) throws IOException {
    Meta before = Meta.latest(file);
    try {
      return reader.read(BoltBucket.root(new Pages(file, before, trusts)));
    } finally {
      requireLatest(before);
    }
  }

  private void requireLatest(Meta before) throws IOException {
    Meta after = Meta.latest(file);
    if (!after.equals(before)) {
      throw TornReadException.overtaken(before.transaction(), after.transaction());
    }
  }
}
