package io.github.dockerimageexporter.refresh;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Checker;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerFigures;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.model.TarSplit;
import io.github.dockerimageexporter.model.TarSplitFile;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What is known by now of what takes long to read.
///
/// @param usages by directory
/// @param complete the directories that were a layer's when they were measured: before, somebody
///     may have been writing to them
/// @param plain by directory, whether its files are what they seem
record Readings(
    Map<Path, DirectoryUsage> usages,
    Set<Path> complete,
    Map<TarSplitFile, TarSplit> tarSplits,
    Map<Path, Boolean> plain) {
  static final Readings NONE = new Readings(Map.of(), Set.of(), Map.of(), Map.of());

  /// What that says of the layers of `store`.
  LayerFigures figures(StoreSnapshot store) {
    var contentBytes = new HashMap<ChainId, Long>();
    var plainLayers = new HashSet<ChainId>();
    store
        .layerDirectories()
        .forEach(
            (layer, directory) -> {
              DirectoryUsage usage = usages.get(directory.path());
              if (usage != null && isWhole(usage, directory)) {
                contentBytes.put(layer, usage.contentBytes());
              }
              if (plain.getOrDefault(directory.path(), false)) {
                plainLayers.add(layer);
              }
            });
    var read = new HashMap<ChainId, TarSplit>();
    store
        .tarSplits()
        .forEach(
            (layer, file) -> {
              TarSplit known = tarSplits.get(file);
              if (known != null) {
                read.put(layer, known);
              }
            });
    return new LayerFigures(contentBytes, read, plainLayers);
  }

  /// Whether there is a problem in `seen` that its report does not tell of.
  boolean tellsMoreThan(StoreObservation seen) {
    Set<ChainId> told =
        seen.report().findings().stream()
            .flatMap(finding -> finding.problem().layers().stream())
            .collect(toSet());
    return Checker.check(seen.store(), figures(seen.store()), told).findAny().isPresent();
  }

  private boolean isWhole(DirectoryUsage usage, LayerDirectory directory) {
    return usage.unreadable() == 0 && complete.contains(directory.path());
  }
}
