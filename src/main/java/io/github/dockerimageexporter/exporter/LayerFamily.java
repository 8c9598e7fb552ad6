package io.github.dockerimageexporter.exporter;

import io.github.dockerimageexporter.model.ChainId;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A family with series for each layer, of which the layer limit leaves some out.
record LayerFamily(String name, List<String> labels, String help, Rows rows) {

  /// The series of one layer; none while they are not known.
  interface Rows {
    void emit(ShownStore shown, ChainId layer, Consumer<Row> row);
  }

  /// The family as it is exported.
  MetricFamily<ShownStore> shown() {
    return MetricFamily.gauge(name, labels, help, shown -> rowsOf(shown, shown.layers()));
  }

  /// How many series the limit leaves out.
  long dropped(List<ShownStore> stores) {
    return stores.stream().mapToLong(shown -> rowsOf(shown, shown.droppedLayers()).count()).sum();
  }

  private Stream<Row> rowsOf(ShownStore shown, List<ChainId> layers) {
    return layers.stream().mapMulti((layer, row) -> rows.emit(shown, layer, row));
  }
}
