package io.github.dockerimageexporter.exporter.answer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One element of an `Accept` or `Accept-Encoding` header.
///
/// | header                                  | value        | parameters | weight |
/// |-----------------------------------------|--------------|------------|--------|
/// | `text/plain;version=0.0.4;q=0.5`        | `text/plain` | version    | 0.5    |
/// | `gzip`                                  | `gzip`       |            | 1      |
///
/// Source: RFC 9110, 12.4.2 (quality values), 12.5.1, 12.5.3.
record WeightedValue(String value, Map<String, String> parameters, double weight) {
  private static final Pattern QUALITY = Pattern.compile("0(\\.\\d{0,3})?|1(\\.0{0,3})?");

  /// Parses all elements of all lines of a header; an element with a malformed weight is ignored.
  static List<WeightedValue> parse(List<String> lines) {
    return lines.stream()
        .flatMap(line -> Arrays.stream(line.split(",", -1)))
        .flatMap(element -> parseElement(element).stream())
        .toList();
  }

  private static Optional<WeightedValue> parseElement(String element) {
    List<String> parts =
        Arrays.stream(element.split(";", -1)).map(WeightedValue::normalized).toList();
    var parameters = new HashMap<String, String>();
    parts.stream().skip(1).flatMap(WeightedValue::pair).forEach(p -> parameters.put(p[0], p[1]));
    String quality = parameters.getOrDefault("q", "1");
    parameters.remove("q");
    return parts.getFirst().isEmpty() || !QUALITY.matcher(quality).matches()
        ? Optional.empty()
        : Optional.of(
            new WeightedValue(
                parts.getFirst(), Map.copyOf(parameters), Double.parseDouble(quality)));
  }

  private static Stream<String[]> pair(String parameter) {
    String[] pair = parameter.split("\\s*=\\s*", 2);
    return pair.length == 2 ? Stream.<String[]>of(pair) : Stream.empty();
  }

  private static String normalized(String part) {
    return part.strip().toLowerCase(Locale.ROOT).replace("\"", "");
  }
}
