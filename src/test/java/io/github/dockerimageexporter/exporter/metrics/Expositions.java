package io.github.dockerimageexporter.exporter.metrics;

import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.observation.Observation;
import io.prometheus.client.Collector.MetricFamilySamples;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Collectors;

/// Observations as the text of a scrape.
public final class Expositions {
  public static final CollectorOptions EVERYTHING = new CollectorOptions(true, true, true, 10_000);

  private Expositions() {}

  public static String text(Observation observation) throws IOException {
    return text(observation, EVERYTHING);
  }

  static String text(Observation observation, CollectorOptions options) throws IOException {
    return text(new MetricFamilies(options).samples(observation));
  }

  static String text(List<MetricFamilySamples> families) throws IOException {
    var text = new StringWriter();
    MetricsFormat.TEXT.write(families, text);
    return text.toString();
  }

  /// The series of `family`, in their order.
  public static String series(String family, Observation observation) throws IOException {
    return series(family, text(observation));
  }

  public static String series(String family, String text) {
    return text.lines()
        .filter(line -> line.startsWith(family + "{") || line.startsWith(family + " "))
        .collect(Collectors.joining("\n"));
  }
}
