package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.LayerLimit;
import io.github.dockerimageexporter.observation.Lazy;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// One store as a scrape shows it: what was observed, and which of its layers get series. What is
/// shown of each image or layer is made when it is first asked for.
final class ScrapedStore {
  private static final String NAMESPACE = "containerd_namespace";

  private final ObservedStore observed;
  private final Inventory inventory;
  private final Lazy<List<ImageFigures>> images;
  private final Lazy<List<ImageFigures>> invalidImages;
  private final Lazy<List<LayerFigures>> layers;
  private final Lazy<LayerLimit> limit;
  private final boolean showsMembers;

  private ScrapedStore(ObservedStore observed, Lazy<LayerLimit> limit, CollectorOptions options) {
    this.observed = observed;
    this.inventory = new Inventory(observed);
    this.images = new Lazy<>(this::imageFigures);
    this.invalidImages = new Lazy<>(this::invalidImageFigures);
    this.layers = new Lazy<>(this::layerFigures);
    this.limit = limit;
    this.showsMembers = options.imageLayers();
  }

  /// Every store of `observation`, with series for at most as many layers in all as `options` say.
  static List<ScrapedStore> of(Observation observation, CollectorOptions options) {
    var limit = new Lazy<>(() -> LayerLimit.of(observation.stores(), options.layerLimit()));
    return observation.stores().stream()
        .map(observed -> new ScrapedStore(observed, limit, options))
        .toList();
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

  private List<LayerFigures> layerFigures() {
    return store()
        .layerIds()
        .filter(layer -> !limit.get().leavesOut(observed, layer))
        .sorted()
        .map(this::figuresOf)
        .toList();
  }

  private LayerFigures figuresOf(ChainId layer) {
    return LayerFigures.of(layer, observed, inventory, showsMembers);
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
    return layers.get();
  }

  /// The layers that the limit leaves out: most of a large store, so that they are not kept.
  Stream<LayerFigures> droppedLayers() {
    return limit.get().leavesOut()
        ? store()
            .layerIds()
            .filter(layer -> limit.get().leavesOut(observed, layer))
            .map(this::figuresOf)
        : Stream.empty();
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
}
