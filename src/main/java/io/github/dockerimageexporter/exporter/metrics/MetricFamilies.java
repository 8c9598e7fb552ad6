package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Every exported family, in the order of the table in `docs/metrics.md`.
///
/// Names end in their base unit; figures carry only the labels that make them unique, and the rest
/// is on the `_info` families.
final class MetricFamilies {
  static final MetricFamily<Observation> STATE =
      MetricFamily.gauge(
          "docker_data_root_state",
          List.of("state"),
          "1 for the current state of the data root, 0 for the others.",
          MetricFamilies::states);

  private final List<MetricFamily<ScrapedStore>> containers;
  private final List<ObjectFamily<LayerFigures>> limited;
  private final CollectorOptions options;
  private final MetricFamily<List<ScrapedStore>> dropped;

  MetricFamilies(CollectorOptions options) {
    this.containers = options.containers() ? ContainerFamilies.ALL : List.of();
    this.limited = limited(options);
    this.options = options;
    this.dropped =
        MetricFamily.gauge(
            "docker_image_exporter_dropped_series",
            List.of("family"),
            "Series dropped because of --collector.layer-limit, or of images with more than 64"
                + " platforms, by family.",
            this::dropped);
  }

  /// All of them with every option on, self families included: what the documentation lists.
  static List<MetricFamily<?>> all() {
    var all = new MetricFamilies(new CollectorOptions(true, true, true, 0));
    return Stream.of(
            Stream.of(STATE),
            all.ofStores(),
            Stream.of(ExporterFamilies.BUILD),
            ExporterFamilies.STATUS.stream(),
            Stream.of(all.dropped))
        .<MetricFamily<?>>flatMap(Function.identity())
        .toList();
  }

  /// The families of each image.
  static List<ObjectFamily<ImageFigures>> ofImages() {
    return ImageFamilies.OF_EACH;
  }

  /// The family of each reference.
  static ObjectFamily<Reference> ofReferences() {
    return ImageFamilies.REFERENCES;
  }

  /// The families of each layer.
  List<ObjectFamily<LayerFigures>> ofLayers() {
    return limited;
  }

  /// The stores as `observation` shows them.
  List<ScrapedStore> stores(Observation observation) {
    return ScrapedStore.of(observation, options);
  }

  /// What `observation` says.
  List<MetricFamilySamples> samples(Observation observation) {
    return samples(observation, _ -> true);
  }

  /// What `observation` says in those families that have samples of `wanted` names; of others
  /// nothing is made.
  List<MetricFamilySamples> samples(Observation observation, Predicate<String> wanted) {
    List<ScrapedStore> stores = stores(observation);
    var samples = new ArrayList<MetricFamilySamples>();
    add(samples, STATE, List.of(observation), wanted);
    ofStores().forEach(family -> add(samples, family, stores, wanted));
    add(samples, dropped, List.of(stores), wanted);
    return samples;
  }

  /// Adds the samples of a family that is wanted. Of others not even a counter's are made, through
  /// which simpleclient goes to name them.
  private static <T> void add(
      List<MetricFamilySamples> samples,
      MetricFamily<T> family,
      List<T> sources,
      Predicate<String> wanted) {
    if (Arrays.stream(family.description().getNames()).anyMatch(wanted)) {
      samples.add(family.samples(sources));
    }
  }

  /// What the exporter says of itself.
  static List<MetricFamilySamples> samples(BuildInfo build, RefreshStatus status) {
    var samples = new ArrayList<MetricFamilySamples>();
    samples.add(ExporterFamilies.BUILD.samples(List.of(build)));
    ExporterFamilies.STATUS.forEach(family -> samples.add(family.samples(List.of(status))));
    return samples;
  }

  /// The families of stores, whether of each image or layer or of the whole.
  Stream<MetricFamily<ScrapedStore>> ofStores() {
    return Stream.of(
            StoreFamilies.ALL.stream(),
            ScrubFamilies.OF_STORES.stream(),
            ImageFamilies.all(),
            containers.stream(),
            limited.stream().map(family -> family.shown(ScrapedStore::layers)))
        .flatMap(Function.identity())
        .map(family -> family.within(ScrapedStore::namespace));
  }

  /// How many series are left out.
  MetricFamily<List<ScrapedStore>> dropped() {
    return dropped;
  }

  private static List<ObjectFamily<LayerFigures>> limited(CollectorOptions options) {
    var limited = new ArrayList<ObjectFamily<LayerFigures>>();
    if (options.layers()) {
      limited.addAll(LayerFamilies.ALL);
      limited.add(ScrubFamilies.VERIFIED);
    }
    if (options.imageLayers()) {
      limited.add(LayerFamilies.MEMBERSHIP);
    }
    return List.copyOf(limited);
  }

  private static Stream<LabeledSample> states(Observation observation) {
    return Arrays.stream(DataRootState.values())
        .map(
            state ->
                LabeledSample.of(LabeledSample.flag(state == observation.state()), state.label()));
  }

  private Stream<LabeledSample> dropped(List<ScrapedStore> stores) {
    long[] counts = new long[limited.size()];
    stores.stream().flatMap(ScrapedStore::droppedLayers).forEach(layer -> count(layer, counts));
    return Stream.concat(
        IntStream.range(0, counts.length)
            .mapToObj(i -> LabeledSample.of(counts[i], limited.get(i).name())),
        Stream.of(
            LabeledSample.of(
                stores.stream().mapToLong(ImageFamilies::droppedPlatforms).sum(),
                ImageFamilies.PLATFORMS)));
  }

  private void count(LayerFigures layer, long[] counts) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += limited.get(i).series().count(layer);
    }
  }
}
