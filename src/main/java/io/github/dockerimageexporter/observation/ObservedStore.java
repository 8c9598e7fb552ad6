package io.github.dockerimageexporter.observation;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.LayerDirectory;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreDirectory;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Optional;
import java.util.stream.Stream;

/// What is known of one store: its records, its problems, what these mean for its chains, and the
/// sizes measured so far.
///
/// @param usages by directory, of every store; a directory not measured yet is not in it
/// @param scrub what comparing layers with their records has shown, and how that goes on
/// @param hidden what upper layers hide of lower ones
public record ObservedStore(
    StoreSnapshot store,
    LayerGraph graph,
    Report report,
    ChainConsistency consistency,
    PersistentMap<Path, DirectoryUsage> usages,
    ScrubState scrub,
    HiddenBytes hidden) {

  /// What a scan alone shows: nothing is measured yet.
  public static ObservedStore of(StoreSnapshot store, LayerGraph graph, Report report) {
    return new ObservedStore(
        store,
        graph,
        report,
        ChainConsistency.of(store, graph, report),
        PersistentMap.empty(Keys.PATHS),
        ScrubState.NONE,
        HiddenBytes.UNKNOWN);
  }

  /// Whether nothing that was to be read or measured was unreadable.
  public boolean isWhollyRead() {
    return store.knowsEveryChain()
        && store.unreadable().parts().isEmpty()
        && store.unreadable().reasons().isEmpty()
        && usages.values().stream().allMatch(usage -> usage.unreadable() == 0);
  }

  /// Whether it says the same as `other`: the graph, and what problems mean for chains, follow from
  /// the rest.
  boolean saysTheSameAs(ObservedStore other) {
    return usages.equals(other.usages)
        && hidden.equals(other.hidden)
        && scrub.equals(other.scrub)
        && store.equals(other.store)
        && report.equals(other.report);
  }

  /// What `directory` takes, once all of it is measured: what could not be read to the end is not
  /// known.
  public Optional<DirectoryUsage> usageOf(LayerDirectory directory) {
    return usageOf(directory.path());
  }

  /// What `directory` takes, once all of it is measured.
  public Optional<DirectoryUsage> usageOf(StoreDirectory directory) {
    return usageOf(directory.path());
  }

  /// What the directory of `layer` takes, once all of it is measured.
  public Optional<DirectoryUsage> usageOf(ChainId layer) {
    return Optional.ofNullable(store.layerDirectories().get(layer)).flatMap(this::usageOf);
  }

  /// What the directory at `directory` takes, once all of it is measured.
  public Optional<DirectoryUsage> usageOf(Path directory) {
    DirectoryUsage usage = usages.get(directory);
    return usage == null || usage.unreadable() > 0 ? Optional.empty() : Optional.of(usage);
  }

  /// What could not be read while measuring.
  public long unmeasuredPaths() {
    var unreadable = new HashMap<Path, Long>();
    usages.forEach(
        (path, usage) -> {
          if (usage.unreadable() > 0) {
            unreadable.put(path, usage.unreadable());
          }
        });
    return unreadable.isEmpty()
        ? 0
        : measuredPaths().distinct().mapToLong(path -> unreadable.getOrDefault(path, 0L)).sum();
  }

  private Stream<Path> measuredPaths() {
    return Stream.concat(
        store.directories().keySet().stream(),
        store.layerDirectories().values().stream().map(LayerDirectory::path));
  }

  public ObservedStore withUsages(PersistentMap<Path, DirectoryUsage> usages) {
    return new ObservedStore(store, graph, report, consistency, usages, scrub, hidden);
  }

  public ObservedStore withScrub(ScrubState state) {
    return new ObservedStore(store, graph, report, consistency, usages, state, hidden);
  }

  public ObservedStore withHidden(HiddenBytes hidden) {
    return new ObservedStore(store, graph, report, consistency, usages, scrub, hidden);
  }
}
