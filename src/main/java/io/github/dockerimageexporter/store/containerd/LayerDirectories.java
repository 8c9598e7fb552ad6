package io.github.dockerimageexporter.store.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where the content of each layer is, followed from pass to pass. For one thread.
final class LayerDirectories {
  private final ContainerdLayout layout;
  private final Path dataRoot;
  private PersistentMap<ChainId, Layer> layers = PersistentMap.empty(Keys.CHAINS);
  private PersistentMap<String, SnapshotHome.Found> directories = SnapshotHome.NONE.directories();
  private PersistentMap<ChainId, LayerDirectory> found = PersistentMap.empty(Keys.CHAINS);

  /// The layers whose directory is not there.
  private final Set<ChainId> absent = new HashSet<>();

  LayerDirectories(ContainerdLayout layout, Path dataRoot) {
    this.layout = layout;
    this.dataRoot = dataRoot;
  }

  /// Those of a pass; none if the directories are not known.
  PersistentMap<ChainId, LayerDirectory> of(
      PersistentMap<ChainId, Layer> layersNow, SnapshotHome home) {
    PersistentMap<ChainId, Layer> wanted =
        home.known() ? layersNow : PersistentMap.empty(Keys.CHAINS);
    PersistentMap<ChainId, LayerDirectory>.Editor editor = found.edit();
    for (ChainId id : reached(wanted, home.directories())) {
      @Nullable Layer layer = wanted.get(id);
      absent.remove(id);
      if (layer == null) {
        editor.remove(id);
      } else {
        editor.put(id, directory(layer, home));
      }
    }
    layers = wanted;
    directories = home.directories();
    found = editor.done();
    return found;
  }

  private Set<ChainId> reached(
      PersistentMap<ChainId, Layer> wanted, PersistentMap<String, SnapshotHome.Found> now) {
    Set<ChainId> reached = new HashSet<>(absent);
    wanted.changesSince(layers, (id, _, _) -> reached.add(id));
    Set<String> others = new HashSet<>();
    now.changesSince(
        directories,
        (name, before, _) -> {
          if (before != null) {
            others.add(name);
          }
        });
    if (!others.isEmpty()) {
      wanted.forEach(
          (id, layer) -> {
            if (others.contains(layer.cacheId().value())) {
              reached.add(id);
            }
          });
    }
    return reached;
  }

  private LayerDirectory directory(Layer layer, SnapshotHome home) {
    String name = layer.cacheId().value();
    SnapshotHome.@Nullable Found there = home.directories().get(name);
    if (there != null) {
      return there.directory();
    }
    absent.add(layer.chainId());
    return new LayerDirectory(
        dataRoot.resolve(layout.directory(Long.parseLong(name))),
        layout.directories(),
        layout.content(),
        Content.ABSENT);
  }
}
