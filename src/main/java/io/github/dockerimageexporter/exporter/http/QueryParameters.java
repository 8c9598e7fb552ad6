package io.github.dockerimageexporter.exporter.http;

import static java.util.stream.Collectors.toMap;

import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The parameters of a request's query, decoded.
final class QueryParameters {
  private QueryParameters() {}

  /// By name; of several with the same name the last.
  static Map<String, String> of(HttpExchange exchange) {
    return in(exchange).collect(toMap(Map.Entry::getKey, Map.Entry::getValue, (_, last) -> last));
  }

  /// In their order. What has no `=` is none, as simpleclient's handler has it.
  static Stream<Map.Entry<String, String>> in(HttpExchange exchange) {
    return Optional.ofNullable(exchange.getRequestURI().getRawQuery()).stream()
        .flatMap(query -> Arrays.stream(query.split("&", -1)))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .map(pair -> Map.entry(decode(pair[0]), decode(pair[1])));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
