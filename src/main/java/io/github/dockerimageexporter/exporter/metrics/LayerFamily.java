package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.model.ChainId;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A family with series for each layer, of which the layer limit leaves some out.
record LayerFamily(String name, List<String> labels, String help, LayerSeries series) {

  /// The series of one layer; none while they are not known.
  interface LayerSeries {
    void emit(ScrapedStore shown, ChainId layer, Consumer<LabeledSample> sink);
  }

  /// The family as it is exported.
  MetricFamily<ScrapedStore> shown() {
    return MetricFamily.gauge(name, labels, help, shown -> seriesOf(shown, shown.layers()));
  }

  /// How many series the limit leaves out.
  long dropped(List<ScrapedStore> stores) {
    return stores.stream().mapToLong(shown -> seriesOf(shown, shown.droppedLayers()).count()).sum();
  }

  private Stream<LabeledSample> seriesOf(ScrapedStore shown, List<ChainId> layers) {
    return layers.stream().mapMulti((layer, sink) -> series.emit(shown, layer, sink));
  }
}
