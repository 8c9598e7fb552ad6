package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.InvalidMount;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import io.github.dockerimageexporter.store.file.Leftovers;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Set;

/// Finds the layers that nothing in the store uses: no image, mount, layer above or build cache.
/// Of a whole chain of them that is the topmost.
final class UnusedLayers {
  private UnusedLayers() {}

  /// Adds them to `leftovers`: in doubt while an image, mount or layer does not tell what it stands
  /// on, or BuildKit's file cannot be read.
  static void read(
      RootDirectory root,
      GraphDriverLayout layout,
      ImageStore.Images images,
      MountStore.Mounts mounts,
      LayerStore.Layers layers,
      BuildCache buildCache,
      ReadFailures failures,
      Leftovers leftovers) {
    Set<ChainId> cached =
        buildCache instanceof BuildCache.Known known ? known.chainIds() : Set.of();
    Set<ChainId> unused = unused(images, mounts, layers, cached);
    if (unused.isEmpty()) {
      return;
    }
    boolean doubtful =
        buildCache instanceof BuildCache.Unknown
            || !mounts.tellEveryParent()
            || !failures.knowEveryChain();
    try (Directory store = root.openDirectory(layout.layers())) {
      for (ChainId layer : unused) {
        String name = layer.digest().hex();
        leftovers.add(Leftover.Kind.LAYER, store, layout.layers(), name, doubtful);
      }
    } catch (NoSuchFileException vanished) {
      return;
    } catch (IOException unreadable) {
      failures.path(layout.layers(), unreadable);
    }
  }

  private static Set<ChainId> unused(
      ImageStore.Images images,
      MountStore.Mounts mounts,
      LayerStore.Layers layers,
      Set<ChainId> cached) {
    Set<ChainId> used = HashSet.newHashSet(2 * layers.valid().size());
    for (Image image : images.valid().values()) {
      used.addAll(image.rootFs().chainIds());
    }
    for (RwLayer mount : mounts.valid().values()) {
      mount.parent().ifPresent(used::add);
    }
    for (InvalidMount mount : mounts.invalid().values()) {
      mount.parent().ifPresent(used::add);
    }
    for (Layer layer : layers.valid().values()) {
      if (layer.parent().isPresent()) {
        used.add(layer.parent().get());
      }
    }
    var unused = new HashSet<ChainId>();
    for (ChainId layer : layers.valid().keySet()) {
      if (!used.contains(layer) && !cached.contains(layer)) {
        unused.add(layer);
      }
    }
    return unused;
  }
}
