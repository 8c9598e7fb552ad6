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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the layers that nothing in the store uses: no image, mount, layer above or build cache.
/// Of a whole chain of them that is the topmost.
///
/// How often images and layers above use each layer is counted, and kept from pass to pass.
final class UnusedLayers {
  private final GraphDriverLayout layout;
  private final Map<ChainId, Integer> uses = new HashMap<>();

  /// The layers of the pass that no image and no other layer uses.
  private final Set<ChainId> tops = new HashSet<>();

  private ImageStore.Images images = ImageStore.Images.NONE;
  private LayerStore.Layers layers = LayerStore.Layers.NONE;

  UnusedLayers(GraphDriverLayout layout) {
    this.layout = layout;
  }

  /// Adds those of a pass to `leftovers`: in doubt while an image, mount or layer does not tell
  /// what it stands on, or BuildKit's file cannot be read.
  void read(
      RootDirectory root,
      ImageStore.Images imaged,
      MountStore.Mounts mounts,
      LayerStore.Layers layered,
      BuildCache buildCache,
      ReadFailures failures,
      Leftovers leftovers) {
    follow(imaged, layered);
    Set<ChainId> unused = unused(mounts, buildCache);
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

  private void follow(ImageStore.Images imaged, LayerStore.Layers layered) {
    var asked = new HashSet<ChainId>();
    imaged
        .valid()
        .changesSince(
            images.valid(),
            (_, was, is) -> {
              count(was, -1, asked);
              count(is, 1, asked);
            });
    layered
        .valid()
        .changesSince(
            layers.valid(),
            (layer, was, is) -> {
              count(was, -1, asked);
              count(is, 1, asked);
              asked.add(layer);
            });
    images = imaged;
    layers = layered;
    for (ChainId layer : asked) {
      if (layers.valid().containsKey(layer) && !uses.containsKey(layer)) {
        tops.add(layer);
      } else {
        tops.remove(layer);
      }
    }
  }

  private void count(@Nullable Image image, int more, Set<ChainId> asked) {
    if (image != null) {
      image.rootFs().chainIds().forEach(layer -> count(layer, more, asked));
    }
  }

  private void count(@Nullable Layer layer, int more, Set<ChainId> asked) {
    if (layer != null) {
      layer.parent().ifPresent(parent -> count(parent, more, asked));
    }
  }

  private void count(ChainId layer, int more, Set<ChainId> asked) {
    asked.add(layer);
    uses.merge(layer, more, (one, other) -> one + other == 0 ? null : one + other);
  }

  private Set<ChainId> unused(MountStore.Mounts mounts, BuildCache buildCache) {
    var unused = new HashSet<>(tops);
    for (RwLayer mount : mounts.valid().values()) {
      mount.parent().ifPresent(unused::remove);
    }
    for (InvalidMount mount : mounts.invalid().values()) {
      mount.parent().ifPresent(unused::remove);
    }
    if (buildCache instanceof BuildCache.Known known) {
      unused.removeAll(known.chainIds());
    }
    return unused;
  }
}
