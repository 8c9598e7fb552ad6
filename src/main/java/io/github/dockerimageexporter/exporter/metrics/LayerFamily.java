package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.model.ChainId;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A family with series for each layer, of which the layer limit leaves some out.
record LayerFamily(String name, List<String> labels, String help, Rows rows) {

  /// The series of one layer; none while they are not known.
  interface Rows {
    void emit(ScrapedStore shown, ChainId layer, Consumer<LabeledSample> row);
  }

  /// The family as it is exported.
  MetricFamily<ScrapedStore> shown() {
    return MetricFamily.gauge(name, labels, help, shown -> rowsOf(shown, shown.layers()));
  }

  /// How many series the limit leaves out.
  long dropped(List<ScrapedStore> stores) {
    return stores.stream().mapToLong(shown -> rowsOf(shown, shown.droppedLayers()).count()).sum();
  }

  private Stream<LabeledSample> rowsOf(ScrapedStore shown, List<ChainId> layers) {
    return layers.stream().mapMulti((layer, row) -> rows.emit(shown, layer, row));
  }
}
