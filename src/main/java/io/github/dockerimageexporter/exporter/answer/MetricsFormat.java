package io.github.dockerimageexporter.exporter.answer;

import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.Writer;
import java.util.Collections;
import java.util.List;

/// A text format of metrics, by its content type.
public enum MetricsFormat {
  TEXT(TextFormat.CONTENT_TYPE_004, ",", ""),
  OPENMETRICS(TextFormat.CONTENT_TYPE_OPENMETRICS_100, "", FamilyWriter.END_OF_OPENMETRICS);

  private final String contentType;
  private final String endOfLabels;
  private final String end;

  MetricsFormat(String contentType, String endOfLabels, String end) {
    this.contentType = contentType;
    this.endOfLabels = endOfLabels;
    this.end = end;
  }

  public String contentType() {
    return contentType;
  }

  /// What follows the last label of a series.
  public String endOfLabels() {
    return endOfLabels;
  }

  /// What must follow the last family.
  public String end() {
    return end;
  }

  /// Writes `families` without the end of the text, so that more can follow.
  public void write(List<MetricFamilySamples> families, Writer out) throws IOException {
    var writer = new FamilyWriter(out);
    TextFormat.writeFormat(contentType, writer, Collections.enumeration(families));
    writer.flush();
  }
}
