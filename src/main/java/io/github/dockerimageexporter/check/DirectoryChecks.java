package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.model.LayerDirectory.Content;
import io.github.dockerimageexporter.model.StoreSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The graph driver's directories, held against the layers that name them.
final class DirectoryChecks {
  private DirectoryChecks() {}

  /// Layers whose content is gone. Content that this process may not see is not.
  static Stream<Problem> layerDirectories(StoreSnapshot store) {
    return store.layerDirectories().entrySet().stream()
        .filter(
            entry ->
                entry.getValue().content() == Content.ABSENT
                    || entry.getValue().content() == Content.FOREIGN)
        .map(
            entry ->
                new Problem.LayerDirectoryMissing(
                    entry.getKey(),
                    entry.getValue().contentPath(),
                    entry.getValue().content() == Content.FOREIGN));
  }

  /// Directories that more than one layer names, each by right as far as its own record tells. One
  /// that stands under a name that is not its chain's is a copy, and that is its problem.
  static Stream<Problem> conflicts(StoreSnapshot store) {
    return shared(store).stream()
        .map(
            cacheId -> {
              List<ChainId> layers =
                  store.layers().values().stream()
                      .filter(Layer::isNamedByItsChain)
                      .filter(layer -> layer.cacheId().equals(cacheId))
                      .map(Layer::chainId)
                      .toList();
              return new Problem.CacheIdConflict(
                  cacheId, layers, store.layout().layer(layers.getFirst()) + "/cache-id");
            });
  }

  /// The directories of [#conflicts], sorted.
  static Set<CacheId> shared(StoreSnapshot store) {
    Set<CacheId> seen = HashSet.newHashSet(store.layers().size());
    var shared = new TreeSet<CacheId>();
    for (Layer layer : store.layers().values()) {
      if (layer.isNamedByItsChain() && !seen.add(layer.cacheId())) {
        shared.add(layer.cacheId());
      }
    }
    return shared;
  }
}
