package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.observation.ChainConsistency;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// One store as a scrape shows it: what was observed, and which of its layers get series.
///
/// @param inventory its counts and sums
/// @param layers those that get series, sorted
/// @param droppedLayers those that the limit leaves out, sorted
record ScrapedStore(
    ObservedStore seen, Inventory inventory, List<ChainId> layers, List<ChainId> droppedLayers) {

  /// Every store of `observation`, with series for at most `layerLimit` layers in all: the
  /// inconsistent ones first, then the largest.
  static List<ScrapedStore> of(Observation observation, int layerLimit) {
    List<Candidate> candidates =
        observation.stores().stream()
            .flatMap(seen -> layersOf(seen.store()).map(layer -> new Candidate(seen, layer)))
            .toList();
    Set<Candidate> dropped =
        candidates.size() <= layerLimit
            ? Set.of()
            : new HashSet<>(
                candidates.stream().sorted(Candidate.BY_WEIGHT).skip(layerLimit).toList());
    return observation.stores().stream().map(seen -> of(seen, dropped)).toList();
  }

  private static ScrapedStore of(ObservedStore seen, Set<Candidate> dropped) {
    var layers = new ArrayList<ChainId>();
    var droppedLayers = new ArrayList<ChainId>();
    layersOf(seen.store())
        .sorted()
        .forEach(
            layer ->
                (dropped.contains(new Candidate(seen, layer)) ? droppedLayers : layers).add(layer));
    return new ScrapedStore(
        seen, new Inventory(seen), List.copyOf(layers), List.copyOf(droppedLayers));
  }

  StoreSnapshot store() {
    return seen.store();
  }

  LayerGraph graph() {
    return seen.graph();
  }

  Report report() {
    return seen.report();
  }

  ChainConsistency consistency() {
    return seen.consistency();
  }

  /// The value of the `driver` label.
  String driver() {
    return store().driver();
  }

  /// What the directory of `layer` takes, once it is measured.
  Optional<DirectoryUsage> usageOf(ChainId layer) {
    return seen.usageOf(layer);
  }

  private static Stream<ChainId> layersOf(StoreSnapshot store) {
    return Stream.concat(store.layers().keySet().stream(), store.invalidLayers().keySet().stream());
  }

  /// A layer that asks for series.
  private record Candidate(String driver, ChainId layer, boolean first, long sizeBytes) {
    static final Comparator<Candidate> BY_WEIGHT =
        Comparator.comparing((Candidate one) -> !one.first())
            .thenComparing(Comparator.comparingLong(Candidate::sizeBytes).reversed())
            .thenComparing(Candidate::driver)
            .thenComparing(Candidate::layer);

    Candidate(ObservedStore seen, ChainId layer) {
      this(
          seen.store().driver(),
          layer,
          seen.consistency().of(layer) == Consistency.INCONSISTENT,
          sizeOf(seen.store(), layer));
    }

    private static long sizeOf(StoreSnapshot store, ChainId layer) {
      Layer record = store.layers().get(layer);
      return record == null ? 0 : record.sizeBytes();
    }
  }
}
