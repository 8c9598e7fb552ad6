package io.github.dockerimageexporter.exporter.answer;

import java.util.List;
import java.util.Map;

/// Chooses how to answer from what the client accepts.
///
/// | client                               | answer                                         |
/// |--------------------------------------|------------------------------------------------|
/// | prefers one format                   | that                                           |
/// | likes both alike                     | the one it names more exactly, else text 0.0.4 |
/// | accepts neither, or says nothing     | text 0.0.4                                     |
/// | accepts gzip, not less than identity | gzip                                           |
///
/// Source: RFC 9110, 12.5.1 and 12.5.3.
public final class Negotiation {
  private Negotiation() {}

  public static MetricsFormat format(List<String> accept) {
    List<WeightedValue> accepted = WeightedValue.parse(accept);
    AcceptPreference text =
        AcceptPreference.of(accepted, v -> exactness(v, "text", "plain", "0.0.4"));
    AcceptPreference openMetrics =
        AcceptPreference.of(
            accepted, v -> exactness(v, "application", "openmetrics-text", "1.0.0"));
    return openMetrics.isAcceptable() && openMetrics.compareTo(text) > 0
        ? MetricsFormat.OPENMETRICS
        : MetricsFormat.TEXT;
  }

  public static ContentEncoding encoding(List<String> acceptEncoding) {
    List<WeightedValue> accepted = WeightedValue.parse(acceptEncoding);
    AcceptPreference gzip =
        AcceptPreference.of(accepted, v -> exactness(v, Map.of("*", 1, "x-gzip", 2, "gzip", 3)));
    AcceptPreference identity =
        AcceptPreference.of(accepted, v -> exactness(v, Map.of("identity", 3)));
    return gzip.isAcceptable() && gzip.weight() >= identity.weight()
        ? ContentEncoding.GZIP
        : ContentEncoding.IDENTITY;
  }

  /// How exactly `range` names a media type; a range of another version does not.
  private static int exactness(WeightedValue range, String type, String subtype, String version) {
    String asked = range.parameters().getOrDefault("version", version);
    return asked.equals(version)
        ? exactness(range, Map.of("*/*", 1, type + "/*", 2, type + "/" + subtype, 3))
        : 0;
  }

  private static int exactness(WeightedValue range, Map<String, Integer> names) {
    return names.getOrDefault(range.value(), 0);
  }
}
