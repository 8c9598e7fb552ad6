package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.DriverDirectory;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What is known of one store: its records, its problems, and the sizes measured so far.
///
/// @param usages by directory, of every store; a directory not measured yet is not in it
public record StoreObservation(
    StoreSnapshot store, LayerGraph graph, Report report, Map<Path, DirectoryUsage> usages) {

  public Optional<DirectoryUsage> usageOf(LayerDirectory directory) {
    return Optional.ofNullable(usages.get(directory.path()));
  }

  public Optional<DirectoryUsage> usageOf(DriverDirectory directory) {
    return Optional.ofNullable(usages.get(directory.path()));
  }

  StoreObservation withUsages(Map<Path, DirectoryUsage> usages) {
    return new StoreObservation(store, graph, report, usages);
  }
}
