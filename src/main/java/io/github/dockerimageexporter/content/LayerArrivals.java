package io.github.dockerimageexporter.content;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;

/// What a store has of layers that are on their way into it.
///
/// Work can hold on to what it needs long after its end: a lease may have none. Only while it
/// writes, this is another from one scan to the next.
///
/// @param held the directories that work holds on to
/// @param downloads of work that holds on to them
/// @param begun when what nothing holds on to was begun
public record LayerArrivals(Set<Path> held, BlobTally downloads, Set<Instant> begun) {
  public LayerArrivals {
    held = Set.copyOf(held);
    begun = Set.copyOf(begun);
  }

  /// Those into `store`.
  public static LayerArrivals of(StoreSnapshot store) {
    return new Follower().of(store);
  }

  /// Finds them for a store that is scanned again and again. For one thread.
  static final class Follower {
    private final DerivedMap<Path, StoreDirectory, Boolean> held =
        new DerivedMap<>(
            Keys.PATHS, (_, directory) -> directory.owner() == Owner.LEASE ? true : null);

    /// Those into what `store` has become.
    LayerArrivals of(StoreSnapshot store) {
      BlobTally downloads = store.blobs().getOrDefault(BlobOwner.DOWNLOAD, BlobTally.NONE);
      long unrecorded =
          store.leftovers().stream().filter(each -> each.kind() == Leftover.Kind.DOWNLOAD).count();
      return new LayerArrivals(
          held.of(store.directories()).keySet(),
          downloads.count() > unrecorded ? downloads : BlobTally.NONE,
          store.leftovers().stream()
              .filter(LayerArrivals::isOfLayer)
              .map(Leftover::began)
              .collect(toSet()));
    }
  }

  private static boolean isOfLayer(Leftover leftover) {
    return switch (leftover.kind()) {
      case TRANSACTION, DIRECTORY, DOWNLOAD -> true;
      case LAYER, REMOVAL, LINK, MOUNT, METADATA, BLOB, STRAY -> false;
    };
  }

  /// Whether work holds on to any.
  public boolean areHeld() {
    return !held.isEmpty() || downloads.count() > 0;
  }
}
