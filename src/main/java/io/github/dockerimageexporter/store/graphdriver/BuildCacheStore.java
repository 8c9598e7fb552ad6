package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.bolt.BoltBytes;
import io.github.dockerimageexporter.bolt.BoltFile;
import io.github.dockerimageexporter.bolt.BoltFormatException;
import io.github.dockerimageexporter.bolt.TornReadException;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.SymbolicLinkException;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// Reads [BuildCache] pass after pass, and takes the file apart only after another transaction.
final class BuildCacheStore {
  private final String prefix;
  private Optional<Remembered> last = Optional.empty();

  /// @param prefix what leads from the data root to the daemon's own root, with its slash, or
  ///     nothing
  BuildCacheStore(String prefix) {
    this.prefix = prefix;
  }

  /// A state of the file. The file and its time stand beside the transaction's number since a copy
  /// of the file can have the same.
  private record State(long inode, Instant modified, long transaction) {}

  private record Remembered(State state, BuildCache.Known known) {}

  /// Reads the cache of the daemon, while that daemon may write.
  ///
  /// A daemon makes `buildkit` when it first starts, so that one which is not there is not known.
  BuildCache read(RootDirectory root) {
    Path file = root.path().resolve(prefix + BuildCache.FILE);
    try (RegularFile opened = root.openFile(prefix + BuildCache.FILE)) {
      return read(opened, BoltFile.of(file, bytes(opened)));
    } catch (NoSuchFileException absent) {
      return absent(root, prefix + GraphDriverLayout.BUILD_CACHE);
    } catch (BoltFormatException
        | TornReadException
        | UnexpectedFileException
        | SymbolicLinkException unusable) {
      return new BuildCache.Unknown(String.valueOf(unusable.getMessage()));
    } catch (IllegalArgumentException otherContent) {
      return new BuildCache.Unknown(file + ": " + otherContent.getMessage());
    } catch (IOException unreadable) {
      return new BuildCache.Unknown(file + ": cannot be read: " + unreadable);
    }
  }

  /// A transaction that comes between is in what is read, and taken for another the next time.
  private BuildCache.Known read(RegularFile file, BoltFile bolt) throws IOException {
    FileStatus status = file.status();
    var state = new State(status.inode(), status.modifiedAt(), bolt.transaction());
    Optional<Remembered> known = last.filter(remembered -> remembered.state().equals(state));
    if (known.isPresent()) {
      return known.get().known();
    }
    BuildCache.Known read = bolt.read(BuildCache::of);
    last = Optional.of(new Remembered(state, read));
    return read;
  }

  private static BuildCache absent(RootDirectory root, String directory) {
    try {
      return root.find(directory).isPresent()
          ? new BuildCache.Absent()
          : new BuildCache.Unknown(root.path().resolve(directory) + ": does not exist");
    } catch (IOException unreadable) {
      return new BuildCache.Unknown(directory + ": cannot be read: " + unreadable);
    }
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
