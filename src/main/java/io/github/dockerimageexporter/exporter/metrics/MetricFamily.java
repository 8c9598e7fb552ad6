package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.exporter.text.LabeledSample;
import io.github.dockerimageexporter.exporter.text.StreamedSamples;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.Collector.MetricFamilySamples.Sample;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// A family of metrics: what it is called, what it means, and how to read its series from `T`.
///
/// @param name as its samples are named
/// @param series none while they are not known
/// @param common labels that all series of a source have besides, and that others lack
record MetricFamily<T>(
    String name,
    Collector.Type type,
    List<String> labels,
    String help,
    Function<T, Stream<LabeledSample>> series,
    Function<T, Map<String, String>> common) {

  static <T> MetricFamily<T> gauge(
      String name, List<String> labels, String help, Function<T, Stream<LabeledSample>> series) {
    return new MetricFamily<>(name, Collector.Type.GAUGE, labels, help, series, _ -> Map.of());
  }

  static <T> MetricFamily<T> gauge(String name, String help, ToDoubleFunction<T> value) {
    return gauge(
        name, List.of(), help, from -> Stream.of(LabeledSample.of(value.applyAsDouble(from))));
  }

  static <T> MetricFamily<T> counter(String name, String help, ToDoubleFunction<T> value) {
    return counter(
        name, List.of(), help, from -> Stream.of(LabeledSample.of(value.applyAsDouble(from))));
  }

  static <T> MetricFamily<T> counter(
      String name, List<String> labels, String help, Function<T, Stream<LabeledSample>> series) {
    return new MetricFamily<>(name, Collector.Type.COUNTER, labels, help, series, _ -> Map.of());
  }

  /// The same family, with labels that depend on the source alone.
  MetricFamily<T> within(Function<T, Map<String, String>> labelsOf) {
    return new MetricFamily<>(name, type, labels, help, series, labelsOf);
  }

  /// The family's series over all `sources`, made as they are asked for.
  MetricFamilySamples samples(List<? extends T> sources) {
    return new MetricFamilySamples(
        name,
        type,
        help,
        new StreamedSamples<>(
            sources,
            source -> {
              Map<String, String> more = common.apply(source);
              List<String> names = joined(labels, more.keySet());
              return series.apply(source).map(one -> sample(one, names, more)).iterator();
            }));
  }

  /// The family without its series.
  MetricFamilySamples description() {
    return samples(List.of());
  }

  private Sample sample(LabeledSample one, List<String> names, Map<String, String> more) {
    return new Sample(name, names, joined(one.texts(), more.values()), one.value());
  }

  private static List<String> joined(List<String> own, Collection<String> more) {
    return more.isEmpty() ? own : Stream.concat(own.stream(), more.stream()).toList();
  }
}
