package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.observation.ChainConsistency;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.snapshot.LayerGraph;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// One store as a scrape shows it: what was observed, and which of its layers get series.
///
/// @param inventory its counts and sums
/// @param layers those that get series, sorted
/// @param droppedLayers those that the limit leaves out, sorted
record ScrapedStore(
    ObservedStore observed,
    Inventory inventory,
    List<ChainId> layers,
    List<ChainId> droppedLayers) {

  private static final String NAMESPACE = "containerd_namespace";

  /// Every store of `observation`, with series for at most `layerLimit` layers in all: the
  /// inconsistent ones first, then the largest.
  static List<ScrapedStore> of(Observation observation, int layerLimit) {
    List<Candidate> candidates =
        observation.stores().stream()
            .flatMap(
                observed -> layersOf(observed.store()).map(layer -> new Candidate(observed, layer)))
            .toList();
    Set<Candidate> dropped =
        candidates.size() <= layerLimit
            ? Set.of()
            : new HashSet<>(
                candidates.stream().sorted(Candidate.BY_WEIGHT).skip(layerLimit).toList());
    return observation.stores().stream().map(observed -> of(observed, dropped)).toList();
  }

  private static ScrapedStore of(ObservedStore observed, Set<Candidate> dropped) {
    var layers = new ArrayList<ChainId>();
    var droppedLayers = new ArrayList<ChainId>();
    layersOf(observed.store())
        .sorted()
        .forEach(
            layer ->
                (dropped.contains(new Candidate(observed, layer)) ? droppedLayers : layers)
                    .add(layer));
    return new ScrapedStore(
        observed, new Inventory(observed), List.copyOf(layers), List.copyOf(droppedLayers));
  }

  StoreSnapshot store() {
    return observed.store();
  }

  LayerGraph graph() {
    return observed.graph();
  }

  Report report() {
    return observed.report();
  }

  ChainConsistency consistency() {
    return observed.consistency();
  }

  ScrubState scrub() {
    return observed.scrub();
  }

  /// The value of the `driver` label.
  String driver() {
    return store().driver();
  }

  /// The `containerd_namespace` label and its value, which only stores of containerd have.
  Map<String, String> namespace() {
    return store().containerdNamespace().map(name -> Map.of(NAMESPACE, name)).orElse(Map.of());
  }

  /// What the directory of `layer` takes, once it is measured.
  Optional<DirectoryUsage> usageOf(ChainId layer) {
    return observed.usageOf(layer);
  }

  private static Stream<ChainId> layersOf(StoreSnapshot store) {
    return Stream.concat(store.layers().keySet().stream(), store.invalidLayers().keySet().stream());
  }

  /// A layer that asks for series.
  private record Candidate(String store, ChainId layer, boolean first, long sizeBytes) {
    static final Comparator<Candidate> BY_WEIGHT =
        Comparator.comparing((Candidate one) -> !one.first())
            .thenComparing(Comparator.comparingLong(Candidate::sizeBytes).reversed())
            .thenComparing(Candidate::store)
            .thenComparing(Candidate::layer);

    Candidate(ObservedStore observed, ChainId layer) {
      this(
          observed.store().name(),
          layer,
          observed.consistency().of(layer) == Consistency.INCONSISTENT,
          sizeOf(observed.store(), layer));
    }

    private static long sizeOf(StoreSnapshot store, ChainId layer) {
      Layer record = store.layers().get(layer);
      return record == null ? 0 : record.sizeBytes();
    }
  }
}
