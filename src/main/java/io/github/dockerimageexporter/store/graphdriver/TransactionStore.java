package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads `image/<driver>/layerdb/tmp`, one directory `write-set-<digits>` (`layer-<digits>` before
/// Docker 1.11) for each layer that is being registered. Its files are those of the layer; once all
/// are written it is renamed into `sha256`.
///
/// Source: moby, `daemon/internal/layer/filestore.go` (StartTransaction).
final class TransactionStore {
  private static final Pattern TRANSACTION = Pattern.compile("(write-set|layer)-[0-9]+");

  private final GraphDriverLayout layout;

  TransactionStore(GraphDriverLayout layout) {
    this.layout = layout;
  }

  /// The driver directories that the transactions name; each does only when it is nearly done.
  Set<CacheId> read(RootDirectory root, ReadFailures failures, Leftovers leftovers) {
    var cacheIds = new HashSet<CacheId>();
    try (Directory store = root.openDirectory(layout.transactions())) {
      for (DirectoryEntry entry : store.entries()) {
        boolean isTransaction = entry.isDirectory() && TRANSACTION.matcher(entry.name()).matches();
        if (isTransaction) {
          LayerFiles.findCacheId(store, layout.transactions(), entry.name(), failures)
              .ifPresent(cacheIds::add);
        }
        leftovers.add(
            isTransaction ? Leftover.Kind.TRANSACTION : Leftover.Kind.STRAY,
            store,
            layout.transactions(),
            entry.name());
      }
    } catch (NoSuchFileException noneYet) {
      return cacheIds;
    } catch (IOException unreadable) {
      failures.path(layout.transactions(), unreadable);
    }
    return cacheIds;
  }
}
