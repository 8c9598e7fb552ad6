package io.github.dockerimageexporter.store.file;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.bolt.BoltBytes;
import io.github.dockerimageexporter.bolt.BoltFile;
import io.github.dockerimageexporter.bolt.BoltFormatException;
import io.github.dockerimageexporter.bolt.TornReadException;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.SymbolicLinkException;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// Reads a bbolt file pass after pass beside its writer, and takes it apart only after another
/// transaction.
///
/// @param <T> what is made of it
public final class BoltCache<T> {
  /// Reads of a file that changes meanwhile, before it is given up for this pass.
  private static final int ATTEMPTS = 3;

  private final Rereader<T> reader;
  private Optional<Remembered<T>> last = Optional.empty();

  /// Makes something of a committed state, with what it has made of the one before.
  @FunctionalInterface
  public interface Rereader<T> {
    T read(BoltBucket root, Optional<T> last) throws IOException;
  }

  /// @param reader makes something of a committed state; an [IllegalArgumentException] of it says
  ///     that it does not understand what it finds
  public BoltCache(Rereader<T> reader) {
    this.reader = reader;
  }

  /// What a pass has learned of the file.
  public sealed interface Outcome<T> {}

  /// Whether two passes have learned the same: the file was read once, or is absent.
  @SuppressWarnings("ReferenceEquality") // What was read once is one object.
  public static boolean isUnchanged(Outcome<?> last, Outcome<?> now) {
    if (last instanceof Known<?>(Object known) && now instanceof Known<?>(Object content)) {
      return known == content;
    }
    return last instanceof Absent<?> && now instanceof Absent<?>;
  }

  /// It was read.
  public record Known<T>(T content) implements Outcome<T> {}

  /// There is no such file.
  public record Absent<T>() implements Outcome<T> {}

  /// It is no database, or its pages contradict each other, and nobody writes it meanwhile.
  public record Damaged<T>(String reason) implements Outcome<T> {}

  /// It cannot be read, or is not understood.
  public record Unknown<T>(String reason) implements Outcome<T> {}

  /// A state of the file. The file and its time stand beside the transaction's number since a copy
  /// of the file can have the same.
  ///
  /// @param file its [RegularFile#identity]
  private record State(long file, Instant modified, long transaction) {}

  /// @param whole whether all of it was read, or what has not moved was taken for granted
  private record Remembered<T>(State state, T content, boolean whole) {}

  /// Reads the file at `path`, while another process may write it.
  ///
  /// @param freshness whether it is taken for granted that only bbolt has written since: a full
  ///     scan looks at all
  public Outcome<T> read(RootDirectory root, String path, Freshness freshness) {
    Path file = root.path().resolve(path);
    try (RegularFile opened = root.openFile(path)) {
      return read(opened, file, freshness);
    } catch (NoSuchFileException absent) {
      return new Absent<>();
    } catch (UnexpectedFileException | SymbolicLinkException notAFile) {
      return new Unknown<>(String.valueOf(notAFile.getMessage()));
    } catch (IllegalArgumentException otherContent) {
      return new Unknown<>(file + ": " + otherContent.getMessage());
    } catch (IOException unreadable) {
      return new Unknown<>(file + ": cannot be read: " + unreadable);
    }
  }

  private Outcome<T> read(RegularFile opened, Path file, Freshness freshness) throws IOException {
    var bolt = BoltFile.of(file, bytes(opened));
    long identity = opened.identity();
    Optional<TornReadException> torn = Optional.empty();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      FileStatus before = opened.status();
      try {
        return read(bolt, identity, before.modifiedAt(), freshness);
      } catch (BoltFormatException format) {
        return format.isDamage()
            ? new Damaged<>(String.valueOf(format.getMessage()))
            : new Unknown<>(String.valueOf(format.getMessage()));
      } catch (TornReadException contradiction) {
        // Older kernels have one time for all that is written within 4 ms.
        if (!contradiction.isOvertaken() && opened.status().equals(before)) {
          return new Damaged<>(String.valueOf(contradiction.getMessage()));
        }
        torn = Optional.of(contradiction);
      }
    }
    return new Unknown<>(torn.map(Throwable::getMessage).orElse(file + ": changes all the time"));
  }

  /// A transaction that comes between is in what is read, and taken for another the next time.
  private Outcome<T> read(BoltFile bolt, long file, Instant modified, Freshness freshness)
      throws IOException {
    var state = new State(file, modified, bolt.transaction());
    boolean full = freshness.isFull();
    Optional<Remembered<T>> same = last.filter(known -> known.state().equals(state));
    if (same.isPresent() && (same.get().whole() || !full)) {
      return new Known<>(same.get().content());
    }
    Optional<T> before = last.map(Remembered::content);
    boolean trusts = !full && last.filter(known -> known.state().file() == file).isPresent();
    T read = bolt.read(trusts, root -> reader.read(root, before));
    T content = same.map(Remembered::content).filter(read::equals).orElse(read);
    last = Optional.of(new Remembered<>(state, content, !trusts));
    return new Known<>(content);
  }

  private static BoltBytes bytes(RegularFile file) {
    return new BoltBytes() {
      @Override
      public long size() throws IOException {
        return file.status().sizeBytes();
      }

      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        return file.read(target, position);
      }
    };
  }
}
