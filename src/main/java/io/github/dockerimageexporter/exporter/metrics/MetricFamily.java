package io.github.dockerimageexporter.exporter.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// A family of metrics: what it is called, what it means, and how to read its series from `T`.
///
/// @param name as its samples are named
/// @param series none while they are not known
record MetricFamily<T>(
    String name,
    Collector.Type type,
    List<String> labels,
    String help,
    Function<T, Stream<LabeledSample>> series) {

  static <T> MetricFamily<T> gauge(
      String name, List<String> labels, String help, Function<T, Stream<LabeledSample>> series) {
    return new MetricFamily<>(name, Collector.Type.GAUGE, labels, help, series);
  }

  static <T> MetricFamily<T> gauge(String name, String help, ToDoubleFunction<T> value) {
    return gauge(
        name, List.of(), help, from -> Stream.of(LabeledSample.of(value.applyAsDouble(from))));
  }

  static <T> MetricFamily<T> counter(String name, String help, ToDoubleFunction<T> value) {
    return new MetricFamily<>(
        name,
        Collector.Type.COUNTER,
        List.of(),
        help,
        from -> Stream.of(LabeledSample.of(value.applyAsDouble(from))));
  }

  /// The family's series over all `sources`, made as they are asked for.
  MetricFamilySamples samples(List<? extends T> sources) {
    return new MetricFamilySamples(
        name,
        type,
        help,
        new StreamedSamples<>(
            sources, source -> series.apply(source).map(one -> sample(one)).iterator()));
  }

  /// The family without its series.
  MetricFamilySamples description() {
    return samples(List.of());
  }

  private Sample sample(LabeledSample one) {
    return new Sample(name, labels, one.labelValues(), one.value());
  }
}
