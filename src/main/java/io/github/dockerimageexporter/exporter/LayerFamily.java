package io.github.dockerimageexporter.exporter;

import io.github.dockerimageexporter.model.ChainId;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// A family with series for each layer, of which the layer limit leaves some out.
///
/// @param rows the series of one layer; none while they are not known
record LayerFamily(
    String name,
    List<String> labels,
    String help,
    BiFunction<ShownStore, ChainId, Stream<Row>> rows) {

  /// The family as it is exported.
  MetricFamily<ShownStore> shown() {
    return MetricFamily.gauge(
        name,
        labels,
        help,
        shown -> shown.layers().stream().flatMap(layer -> rows.apply(shown, layer)));
  }

  /// How many series the limit leaves out.
  long dropped(List<ShownStore> stores) {
    return stores.stream()
        .flatMap(shown -> shown.droppedLayers().stream().flatMap(layer -> rows.apply(shown, layer)))
        .count();
  }
}
