package io.github.dockerimageexporter.exporter.metrics;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// One store as a scrape shows it: what was observed, and which of its layers get series.
///
/// @param inventory its counts and sums
/// @param images those whose configuration could be understood, sorted
/// @param invalidImages the others, sorted
/// @param layers those that get series, sorted
/// @param droppedLayers those that the limit leaves out, sorted
record ScrapedStore(
    ObservedStore observed,
    Inventory inventory,
    List<ImageFigures> images,
    List<ImageFigures> invalidImages,
    List<LayerFigures> layers,
    List<LayerFigures> droppedLayers) {

  private static final String NAMESPACE = "containerd_namespace";

  /// Every store of `observation`, with series for at most as many layers in all as `options` say:
  /// the inconsistent ones first, then the largest.
  static List<ScrapedStore> of(Observation observation, CollectorOptions options) {
    Set<Candidate> dropped = dropped(observation.stores(), options.layerLimit());
    return observation.stores().stream().map(observed -> of(observed, dropped, options)).toList();
  }

  private static Set<Candidate> dropped(List<ObservedStore> stores, int limit) {
    long count = stores.stream().mapToLong(observed -> observed.store().layerIds().count()).sum();
    return count <= limit
        ? Set.of()
        : stores.stream()
            .flatMap(
                observed ->
                    observed.store().layerIds().map(layer -> new Candidate(observed, layer)))
            .sorted(Candidate.BY_WEIGHT)
            .skip(limit)
            .collect(toSet());
  }

  private static ScrapedStore of(
      ObservedStore observed, Set<Candidate> dropped, CollectorOptions options) {
    StoreSnapshot store = observed.store();
    var inventory = new Inventory(observed);
    var layers = new ArrayList<LayerFigures>();
    var droppedLayers = new ArrayList<LayerFigures>();
    store
        .layerIds()
        .sorted()
        .forEach(
            layer ->
                (isDropped(observed, layer, dropped) ? droppedLayers : layers)
                    .add(LayerFigures.of(layer, observed, inventory, options.imageLayers())));
    return new ScrapedStore(
        observed,
        inventory,
        store.images().values().stream()
            .map(image -> ImageFigures.of(image, observed, inventory))
            .toList(),
        store.invalidImages().keySet().stream()
            .sorted()
            .map(image -> ImageFigures.ofInvalid(image, observed))
            .toList(),
        List.copyOf(layers),
        List.copyOf(droppedLayers));
  }

  private static boolean isDropped(ObservedStore observed, ChainId layer, Set<Candidate> dropped) {
    return !dropped.isEmpty() && dropped.contains(new Candidate(observed, layer));
  }

  /// All images, in the order of their series.
  List<ImageFigures> allImages() {
    return Stream.concat(images.stream(), invalidImages.stream()).toList();
  }

  StoreSnapshot store() {
    return observed.store();
  }

  Report report() {
    return observed.report();
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
