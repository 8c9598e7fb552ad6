package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.DriverDirectory;
import io.github.dockerimageexporter.model.DriverDirectory.Owner;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.model.LayerGraph;
import io.github.dockerimageexporter.model.StoreSnapshot;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What is known of one store: its records, its problems, and the sizes measured so far.
///
/// @param usages by directory, of every store; a directory not measured yet is not in it
public record StoreObservation(
    StoreSnapshot store, LayerGraph graph, Report report, Map<Path, DirectoryUsage> usages) {

  /// Whether nothing that was to be read or measured was unreadable.
  public boolean isWhollyRead() {
    return store.knowsEveryChain()
        && store.unreadable().parts().isEmpty()
        && store.unreadable().reasons().isEmpty()
        && usages.values().stream().allMatch(usage -> usage.unreadable() == 0);
  }

  public Optional<DirectoryUsage> usageOf(LayerDirectory directory) {
    return Optional.ofNullable(usages.get(directory.path()));
  }

  public Optional<DirectoryUsage> usageOf(DriverDirectory directory) {
    return Optional.ofNullable(usages.get(directory.path()));
  }

  /// What the directory of `layer` takes, once it is measured.
  public Optional<DirectoryUsage> usageOf(ChainId layer) {
    return Optional.ofNullable(store.layerDirectories().get(layer)).flatMap(this::usageOf);
  }

  /// The allocated bytes of the directories of all of the image's layers, once all are measured.
  public OptionalLong diskBytesOf(Image image) {
    long bytes = 0;
    for (ChainId layer : image.rootFs().chainIds()) {
      Optional<DirectoryUsage> usage = usageOf(layer);
      if (usage.isEmpty()) {
        return OptionalLong.empty();
      }
      bytes += usage.get().diskBytes();
    }
    return OptionalLong.of(bytes);
  }

  /// The allocated bytes of all directories of `owner`, once all are measured; of others with those
  /// of the driver's home itself.
  public OptionalLong diskBytesOf(Owner owner) {
    long bytes = owner == Owner.OTHER ? store.homeBytes() : 0;
    for (DriverDirectory directory : store.driverDirectories()) {
      if (directory.owner() == owner) {
        Optional<DirectoryUsage> usage = usageOf(directory);
        if (usage.isEmpty()) {
          return OptionalLong.empty();
        }
        bytes += usage.get().diskBytes();
      }
    }
    return OptionalLong.of(bytes);
  }

  StoreObservation withUsages(Map<Path, DirectoryUsage> usages) {
    return new StoreObservation(store, graph, report, usages);
  }
}
