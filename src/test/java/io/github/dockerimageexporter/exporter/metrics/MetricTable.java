package io.github.dockerimageexporter.exporter.metrics;

import java.util.Locale;
import java.util.stream.Collectors;

/// The table of metrics as the documentation shows it; run it to write it anew.
final class MetricTable {
  private MetricTable() {}

  static void main() {
    System.out.print(markdown());
  }

  static String markdown() {
    return "| family | type | labels | meaning |\n|---|---|---|---|\n"
        + MetricFamilies.all().stream().map(MetricTable::row).collect(Collectors.joining());
  }

  private static String row(MetricFamily<?> family) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            family.name(),
            family.type().name().toLowerCase(Locale.ROOT),
            String.join(", ", family.labels()),
            family.help());
  }
}
