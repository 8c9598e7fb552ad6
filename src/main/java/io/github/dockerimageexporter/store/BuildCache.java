package io.github.dockerimageexporter.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.bolt.BoltBytes;
import io.github.dockerimageexporter.bolt.BoltFile;
import io.github.dockerimageexporter.bolt.BoltFormatException;
import io.github.dockerimageexporter.bolt.TornReadException;
import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.posix.RegularFile;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.SymbolicLinkException;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What BuildKit keeps in the graph driver and the layer store, from `buildkit/snapshots.db`.
///
/// The bbolt file holds one bucket for each snapshot or lease, without nested buckets and without
/// a version:
///
/// | key           | value                   | meaning                                          |
/// |---------------|-------------------------|--------------------------------------------------|
/// | `parent`      | a snapshot, or empty    | the driver has a directory of the bucket's name; |
/// |               | or a chain ID           | it stands on that layer                          |
/// | `committed`   | a driver directory      | the snapshot's content is in that directory      |
/// | `chainid`     | a chain ID              | the snapshot is this layer of the layer store    |
/// | `iscommitted` | empty                   | the snapshot goes on under another name          |
/// | `size`        | decimal bytes           | disk usage, once asked for                       |
///
/// BuildKit creates a directory before it records it, so a new directory may still be missing here.
///
/// Source: moby, `daemon/internal/builder-next/adapters/snapshot`.
public sealed interface BuildCache {
  /// Where BuildKit keeps its files, relative to a data root.
  String DIRECTORY = "buildkit";

  /// Where this one is.
  String FILE = DIRECTORY + "/snapshots.db";

  /// `directories` and `chainIds` overlap: a layer that the cache keeps has its directory in both
  /// the cache and the layer store.
  record Known(Set<CacheId> directories, Set<ChainId> chainIds) implements BuildCache {
    public Known {
      directories = Set.copyOf(directories);
      chainIds = Set.copyOf(chainIds);
    }
  }

  /// No file where a daemon makes one when it first starts: BuildKit never ran here, or what it
  /// knew of its directories is lost.
  record Absent() implements BuildCache {}

  /// A file that could not be read, so that any directory may be BuildKit's; `reason` names it.
  record Unknown(String reason) implements BuildCache {}

  /// The layers that it holds; empty if they are not known.
  default Optional<Set<ChainId>> layers() {
    return switch (this) {
      case Known known -> Optional.of(known.chainIds());
      case Absent _ -> Optional.of(Set.of());
      case Unknown _ -> Optional.empty();
    };
  }

  /// Reads the cache of a daemon, while that daemon may write.
  ///
  /// A daemon makes `buildkit` when it first starts, so that one which is not there is not known.
  ///
  /// @param prefix what leads from `root` to the daemon's own root, with its slash, or nothing
  static BuildCache read(RootDirectory root, String prefix) {
    Path file = root.path().resolve(prefix + FILE);
    try (RegularFile opened = root.openFile(prefix + FILE)) {
      return BoltFile.of(file, bytes(opened)).read(BuildCache::known);
    } catch (NoSuchFileException absent) {
      return absent(root, prefix + DIRECTORY);
    } catch (BoltFormatException
        | TornReadException
        | UnexpectedFileException
        | SymbolicLinkException unusable) {
      return new Unknown(String.valueOf(unusable.getMessage()));
    } catch (IllegalArgumentException otherContent) {
      return new Unknown(file + ": " + otherContent.getMessage());
    } catch (IOException unreadable) {
      return new Unknown(file + ": cannot be read: " + unreadable);
    }
  }

  private static BuildCache absent(RootDirectory root, String directory) {
    try {
      return root.find(directory).isPresent()
          ? new Absent()
          : new Unknown(root.path().resolve(directory) + ": not there");
    } catch (IOException unreadable) {
      return new Unknown(directory + ": cannot be read: " + unreadable);
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

  private static Known known(BoltBucket root) throws IOException {
    var directories = new TreeSet<CacheId>();
    var chainIds = new TreeSet<ChainId>();
    for (String name : root.bucketNames()) {
      BoltBucket snapshot = root.bucket(name).orElseThrow();
      if (snapshot.value("parent").isPresent()) {
        directories.add(new CacheId(name));
      }
      text(snapshot, "committed").map(CacheId::new).ifPresent(directories::add);
      text(snapshot, "chainid").map(ChainId::parse).ifPresent(chainIds::add);
      text(snapshot, "parent")
          .filter(parent -> parent.startsWith("sha256:"))
          .map(ChainId::parse)
          .ifPresent(chainIds::add);
    }
    return new Known(directories, chainIds);
  }

  private static Optional<String> text(BoltBucket snapshot, String key) {
    return snapshot.value(key).map(bytes -> new String(bytes, ISO_8859_1));
  }
}
