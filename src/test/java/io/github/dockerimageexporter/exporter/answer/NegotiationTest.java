package io.github.dockerimageexporter.exporter.answer;

import static io.github.dockerimageexporter.exporter.answer.ContentEncoding.GZIP;
import static io.github.dockerimageexporter.exporter.answer.ContentEncoding.IDENTITY;
import static io.github.dockerimageexporter.exporter.answer.MetricsFormat.OPENMETRICS;
import static io.github.dockerimageexporter.exporter.answer.MetricsFormat.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NegotiationTest {
  @ParameterizedTest
  @MethodSource
  void acceptChoosesTheFormat(String accept, MetricsFormat expected) {
    assertThat(Negotiation.format(List.of(accept))).isEqualTo(expected);
  }

  static Stream<Arguments> acceptChoosesTheFormat() {
    return Stream.of(
        arguments("", TEXT),
        arguments("*/*", TEXT),
        arguments("application/json", TEXT),
        arguments("text/*;q=0.1", TEXT),
        arguments("application/openmetrics-text", OPENMETRICS),
        arguments("Application/OpenMetrics-Text; Version=\"1.0.0\"", OPENMETRICS),
        arguments("application/openmetrics-text;version=0.0.1", TEXT),
        arguments("application/openmetrics-text;q=0", TEXT),
        arguments("application/openmetrics-text;q=0, */*", TEXT),
        arguments("application/openmetrics-text, */*", OPENMETRICS),
        arguments("application/openmetrics-text;q=0.5, text/plain", TEXT),
        arguments("application/openmetrics-text, text/plain;q=0.5", OPENMETRICS),
        arguments("text/plain;q=0, application/*;q=0.001", OPENMETRICS),
        arguments("application/openmetrics-text;q=high, text/plain;q=0.1", TEXT),
        arguments("application/openmetrics-text;q=2, text/plain;q=0.1", TEXT),
        arguments(",;,;;=,application/openmetrics-text;;", OPENMETRICS),
        arguments(
            "application/openmetrics-text;version=1.0.0,"
                + "application/openmetrics-text;version=0.0.1;q=0.75,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            OPENMETRICS),
        arguments(
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,"
                + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            OPENMETRICS));
  }

  @Test
  void everyLineOfAHeaderCounts() {
    assertThat(Negotiation.format(List.of("text/plain;q=0.5", "application/openmetrics-text")))
        .isEqualTo(OPENMETRICS);
  }

  @ParameterizedTest
  @MethodSource
  void acceptEncodingChoosesTheEncoding(String accept, ContentEncoding expected) {
    assertThat(Negotiation.encoding(List.of(accept))).isEqualTo(expected);
  }

  static Stream<Arguments> acceptEncodingChoosesTheEncoding() {
    return Stream.of(
        arguments("", IDENTITY),
        arguments("identity", IDENTITY),
        arguments("deflate, br", IDENTITY),
        arguments("gzip", GZIP),
        arguments("GZIP", GZIP),
        arguments("x-gzip", GZIP),
        arguments("deflate, gzip;q=1.0", GZIP),
        arguments("gzip;q=0.001", GZIP),
        arguments("gzip;q=0", IDENTITY),
        arguments("*", GZIP),
        arguments("*;q=0, gzip", GZIP),
        arguments("*, gzip;q=0", IDENTITY),
        arguments("gzip;q=0.5, identity", IDENTITY),
        arguments("identity;q=0.5, gzip;q=0.5", GZIP),
        arguments("gzip;q=NaN", IDENTITY));
  }
}
