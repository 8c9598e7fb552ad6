package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.BoltCache;
import io.github.dockerimageexporter.store.file.Freshness;
import java.io.IOException;

/// Reads [BuildCache] pass after pass.
final class BuildCacheStore {
  private final String prefix;
  private final BoltCache<BuildCache.Known> file =
      new BoltCache<>((root, _) -> BuildCache.of(root));

  /// @param prefix what leads from the data root to the daemon's own root, with its slash, or
  ///     nothing
  BuildCacheStore(String prefix) {
    this.prefix = prefix;
  }

  /// Reads the cache of the daemon, while that daemon may write.
  ///
  /// A daemon makes `buildkit` when it first starts, so that one which is not there is not known.
  BuildCache read(RootDirectory root) {
    return switch (file.read(root, prefix + BuildCache.FILE, Freshness.EVERY_FILE)) {
      case BoltCache.Known<BuildCache.Known>(BuildCache.Known known) -> known;
      case BoltCache.Absent<BuildCache.Known> _ ->
          absent(root, prefix + GraphDriverLayout.BUILD_CACHE);
      case BoltCache.Damaged<BuildCache.Known>(String reason) -> new BuildCache.Unknown(reason);
      case BoltCache.Unknown<BuildCache.Known>(String reason) -> new BuildCache.Unknown(reason);
    };
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
}
