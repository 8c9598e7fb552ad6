package io.github.dockerimageexporter.snapshot;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/// The parts of a snapshot that is built by hand.
public final class Parts {
  private Parts() {}

  public static PersistentMap<ImageId, Image> images(Map<ImageId, Image> images) {
    return PersistentMap.of(Keys.IMAGES, images);
  }

  /// What each of some chains has.
  public static <V> PersistentMap<ChainId, V> ofChains(Map<ChainId, V> values) {
    return PersistentMap.of(Keys.CHAINS, values);
  }

  /// What each directory of a driver has written down.
  public static <V> PersistentMap<CacheId, V> ofCacheIds(Map<CacheId, V> values) {
    return PersistentMap.of(Keys.CACHE_IDS, values);
  }

  public static PersistentMap<Path, StoreDirectory> directories(
      Collection<StoreDirectory> directories) {
    return PersistentMap.of(
        Keys.PATHS,
        directories.stream().collect(toMap(StoreDirectory::path, identity(), (one, _) -> one)));
  }

  /// What each directory takes.
  public static PersistentMap<Path, DirectoryUsage> usages(Map<Path, DirectoryUsage> usages) {
    return PersistentMap.of(Keys.PATHS, usages);
  }
}
