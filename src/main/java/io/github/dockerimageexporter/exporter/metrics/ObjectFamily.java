package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.exporter.text.PartRenderer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;

/// A family with series for each image, reference or layer of a store.
///
/// @param labels those besides `driver`, which all have
/// @param series of one object, from its figures alone
record ObjectFamily<F>(
    String name, List<String> labels, String help, PartRenderer.Series<F> series) {
  static final String DRIVER = "driver";

  /// A family of one figure of each object of which that is known.
  static <F> ObjectFamily<F> figure(
      String name,
      String help,
      String label,
      Function<F, ?> id,
      Function<F, OptionalDouble> value) {
    return new ObjectFamily<>(name, List.of(label), help, new Figure<>(id, value));
  }

  /// The one series of an object, or none. Counted without being made: most layers of a large store
  /// are left out.
  private record Figure<F>(Function<F, ?> id, Function<F, OptionalDouble> value)
      implements PartRenderer.Series<F> {

    @Override
    public void emit(F figures, Consumer<LabeledSample> sink) {
      OptionalDouble known = value.apply(figures);
      if (known.isPresent()) {
        sink.accept(LabeledSample.of(known.getAsDouble(), id.apply(figures)));
      }
    }

    @Override
    public long count(F figures) {
      return value.apply(figures).isPresent() ? 1 : 0;
    }
  }

  static OptionalDouble asDouble(OptionalLong figure) {
    return figure.isPresent()
        ? OptionalDouble.of((double) figure.getAsLong())
        : OptionalDouble.empty();
  }

  /// The family as it is exported.
  MetricFamily<ScrapedStore> shown(Function<ScrapedStore, List<F>> objects) {
    var all = new ArrayList<String>(List.of(DRIVER));
    all.addAll(labels);
    return MetricFamily.gauge(
        name,
        List.copyOf(all),
        help,
        shown ->
            objects.apply(shown).stream()
                .mapMulti(
                    (figures, sink) ->
                        series.emit(
                            figures, sample -> sink.accept(ofDriver(shown.driver(), sample)))));
  }

  private static LabeledSample ofDriver(String driver, LabeledSample sample) {
    Object[] values = new Object[sample.labelValues().size() + 1];
    values[0] = driver;
    for (int i = 1; i < values.length; i++) {
      values[i] = sample.labelValues().get(i - 1);
    }
    return new LabeledSample(Arrays.asList(values), sample.value());
  }
}
