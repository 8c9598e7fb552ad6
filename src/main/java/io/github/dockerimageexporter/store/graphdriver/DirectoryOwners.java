package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.InvalidLayer;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.Unreadable;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.InvalidMount;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whose each directory of the graph driver is, by those that name it.
///
/// | named by                                                   | owner         |
/// |------------------------------------------------------------|---------------|
/// | `cache-id` of a layer                                      | `LAYER`       |
/// | `mount-id` or `init-id` of a mount                         | `MOUNT`       |
/// | `cache-id` of a layer that is being registered or removed  | `REMOVING`    |
/// | BuildKit's database                                        | `BUILD_CACHE` |
/// | nothing                                                    | `OTHER`       |
final class DirectoryOwners {
  private static final String INIT = "-init";

  private final LayersOfDirectories layers;

  /// Of the directories that no layer names.
  private final Map<String, Owner> owners;
  private final boolean layersTell;
  private final boolean mountsTell;
  private final Supplier<BuildCache> reading;
  private @Nullable BuildCache buildCache;

  private DirectoryOwners(
      LayersOfDirectories layers,
      Map<String, Owner> owners,
      boolean layersTell,
      boolean mountsTell,
      Supplier<BuildCache> reading) {
    this.layers = layers;
    this.owners = owners;
    this.layersTell = layersTell;
    this.mountsTell = mountsTell;
    this.reading = reading;
  }

  /// @param layersOf what the layers name
  /// @param buildCache asked for once the directories are listed: BuildKit makes a directory, then
  ///     records it
  static DirectoryOwners of(
      GraphDriverLayout layout,
      LayerStore.Layers layers,
      LayersOfDirectories layersOf,
      MountStore.Mounts mounts,
      Set<CacheId> registering,
      ReadFailures failures,
      Supplier<BuildCache> buildCache) {
    var owners = new HashMap<String, Owner>();
    registering.forEach(cacheId -> owners.put(cacheId.value(), Owner.REMOVING));
    layers.removing().forEach(cacheId -> owners.put(cacheId.value(), Owner.REMOVING));
    for (RwLayer mount : mounts.valid().values()) {
      putMount(owners, mount.mountId());
      mount.initId().ifPresent(initId -> owners.put(initId.value(), Owner.MOUNT));
    }
    Unreadable unreadable = failures.toUnreadable();
    boolean layersTell =
        !unreadable.hasBelow(layout.layers()) && !unreadable.hasBelow(layout.transactions());
    for (InvalidMount mount : mounts.invalid().values()) {
      mount.mountId().ifPresent(mountId -> putMount(owners, mountId));
      mount.initId().ifPresent(initId -> owners.put(initId.value(), Owner.MOUNT));
    }
    for (InvalidLayer layer : layers.invalid().values()) {
      layersTell &= layer.cacheId().isPresent();
    }
    return new DirectoryOwners(
        layersOf, owners, layersTell, mounts.tellEveryDirectory(), buildCache);
  }

  /// Puts a mount's directory with that of its init layer, whether its record names that or not.
  private static void putMount(Map<String, Owner> owners, CacheId mountId) {
    owners.put(mountId.value(), Owner.MOUNT);
    owners.put(mountId + INIT, Owner.MOUNT);
  }

  /// The layers that name `directory`, sound or not.
  List<ChainId> layersOf(String directory) {
    return layers.of(directory);
  }

  /// An entry with the name that the layer's record has, if it is a layer's.
  DirectoryEntry shared(DirectoryEntry entry) {
    return new DirectoryEntry(layers.shared(entry.name()), entry.kind(), entry.inode());
  }

  boolean isLayer(String directory) {
    return layers.name(directory);
  }

  /// Whose `directory` is, as far as anything says.
  Owner of(String directory) {
    if (isLayer(directory)) {
      return Owner.LAYER;
    }
    Owner owner = owners.get(directory);
    if (owner != null) {
      return owner;
    }
    return CacheId.isGenerated(directory) && isBuildCache(directory)
        ? Owner.BUILD_CACHE
        : Owner.OTHER;
  }

  /// Whether nothing names `directory`, though it is one that something once named.
  boolean isUnowned(String directory) {
    return of(directory) == Owner.OTHER && CacheId.isGenerated(directory);
  }

  /// Whether a `directory` that nothing names may be owned all the same: a layer that does not tell
  /// its directory may own any, a mount any but those of BuildKit, and BuildKit its own while its
  /// file is absent or cannot be read.
  boolean isInDoubt(String directory) {
    return !layersTell
        || (CacheId.isBuildKit(directory)
            ? !(buildCache() instanceof BuildCache.Known)
            : !mountsTell);
  }

  BuildCache buildCache() {
    BuildCache known = buildCache;
    if (known == null) {
      known = reading.get();
      buildCache = known;
    }
    return known;
  }

  private boolean isBuildCache(String directory) {
    return buildCache() instanceof BuildCache.Known known
        && known.directories().contains(new CacheId(directory));
  }
}
