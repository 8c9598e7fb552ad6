package io.github.dockerimageexporter.exporter.metrics;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Lazy;
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

/// One store as a scrape shows it: what was observed, and which of its layers get series. What is
/// shown of each image or layer is made when it is first asked for.
final class ScrapedStore {
  private static final String NAMESPACE = "containerd_namespace";

  private final ObservedStore observed;
  private final Inventory inventory;
  private final Lazy<List<ImageFigures>> images;
  private final Lazy<List<ImageFigures>> invalidImages;
  private final Lazy<Layers> layers;

  /// All layers, sorted: those that get series, and those that the limit leaves out.
  private record Layers(List<LayerFigures> shown, List<LayerFigures> dropped) {}

  private ScrapedStore(
      ObservedStore observed, Lazy<Set<Candidate>> dropped, CollectorOptions options) {
    this.observed = observed;
    this.inventory = new Inventory(observed);
    this.images = new Lazy<>(this::imageFigures);
    this.invalidImages = new Lazy<>(this::invalidImageFigures);
    this.layers = new Lazy<>(() -> layerFigures(dropped.get(), options.imageLayers()));
  }

  /// Every store of `observation`, with series for at most as many layers in all as `options` say:
  /// the inconsistent ones first, then the largest.
  static List<ScrapedStore> of(Observation observation, CollectorOptions options) {
    var dropped = new Lazy<>(() -> dropped(observation.stores(), options.layerLimit()));
    return observation.stores().stream()
        .map(observed -> new ScrapedStore(observed, dropped, options))
        .toList();
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

  private List<ImageFigures> imageFigures() {
    return store().images().values().stream()
        .map(image -> ImageFigures.of(image, observed, inventory))
        .toList();
  }

  private List<ImageFigures> invalidImageFigures() {
    return store().invalidImages().keySet().stream()
        .sorted()
        .map(image -> ImageFigures.ofInvalid(image, observed))
        .toList();
  }

  private Layers layerFigures(Set<Candidate> dropped, boolean showsMembers) {
    var shown = new ArrayList<LayerFigures>();
    var left = new ArrayList<LayerFigures>();
    store()
        .layerIds()
        .sorted()
        .forEach(
            layer ->
                (isDropped(observed, layer, dropped) ? left : shown)
                    .add(LayerFigures.of(layer, observed, inventory, showsMembers)));
    return new Layers(List.copyOf(shown), List.copyOf(left));
  }

  private static boolean isDropped(ObservedStore observed, ChainId layer, Set<Candidate> dropped) {
    return !dropped.isEmpty() && dropped.contains(new Candidate(observed, layer));
  }

  /// Its counts and sums.
  Inventory inventory() {
    return inventory;
  }

  /// The images whose configuration could be understood, sorted.
  List<ImageFigures> images() {
    return images.get();
  }

  /// The others, sorted.
  List<ImageFigures> invalidImages() {
    return invalidImages.get();
  }

  /// All images, in the order of their series.
  List<ImageFigures> allImages() {
    return Stream.concat(images().stream(), invalidImages().stream()).toList();
  }

  /// The layers that get series, sorted.
  List<LayerFigures> layers() {
    return layers.get().shown();
  }

  /// The layers that the limit leaves out, sorted.
  List<LayerFigures> droppedLayers() {
    return layers.get().dropped();
  }

  ObservedStore observed() {
    return observed;
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
