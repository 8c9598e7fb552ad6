package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.check.Report;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.LayerLimit;
import io.github.dockerimageexporter.observation.Lazy;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// One store as a scrape shows it: what was observed, and which of its layers get series. What is
/// shown of each image or layer is made when it is asked for.
final class ScrapedStore {
  private static final String NAMESPACE = "containerd_namespace";

  private final ObservedStore observed;
  private final Inventory inventory;
  private final Lazy<List<ImageFigures>> allImages;
  private final Lazy<List<LayerFigures>> layers;
  private final Lazy<LayerLimit> limit;
  private final boolean showsMembers;

  private ScrapedStore(ObservedStore observed, Lazy<LayerLimit> limit, CollectorOptions options) {
    this.observed = observed;
    this.inventory = new Inventory(observed);
    this.allImages = new Lazy<>(this::figuresOfAllImages);
    this.layers = new Lazy<>(() -> layerIds().stream().map(this::figuresOf).toList());
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

  private List<ImageFigures> figuresOfAllImages() {
    return Stream.concat(
            store().images().values().stream().map(this::figuresOf),
            invalidImageIds().stream().map(this::figuresOfInvalid))
        .toList();
  }

  ImageFigures figuresOf(Image image) {
    return ImageFigures.of(image, observed, inventory);
  }

  /// The images whose configuration could not be understood, sorted.
  List<ImageId> invalidImageIds() {
    return store().invalidImages().keySet().stream().sorted().toList();
  }

  ImageFigures figuresOfInvalid(ImageId image) {
    return ImageFigures.ofInvalid(image, observed);
  }

  /// The layers that get series, sorted.
  List<ChainId> layerIds() {
    return store()
        .layerIds()
        .filter(layer -> !limit.get().leavesOut(observed, layer))
        .sorted()
        .toList();
  }

  LayerFigures figuresOf(ChainId layer) {
    return LayerFigures.of(layer, observed, inventory, showsMembers);
  }

  /// Its counts and sums.
  Inventory inventory() {
    return inventory;
  }

  /// All images, in the order of their series.
  List<ImageFigures> allImages() {
    return allImages.get();
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

  /// The references, sorted; of those that are exported alike the first: invalid text is replaced,
  /// and one image can have a name in several forms.
  List<Reference> references() {
    var seen = new HashSet<List<String>>();
    return store().references().stream()
        .filter(reference -> seen.add(ImageFamilies.reference(reference).texts()))
        .toList();
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
