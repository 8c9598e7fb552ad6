package io.github.dockerimageexporter.exporter.http;

import io.github.dockerimageexporter.exporter.metrics.BuildInfo;
import io.github.dockerimageexporter.exporter.metrics.CollectorOptions;
import io.github.dockerimageexporter.page.words.PlanCommand;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Where and what the server serves.
///
/// @param telemetryPath the path of the metrics; `/` leaves no room for a landing page
/// @param webConfig file that says who may ask, and over what; anyone over plain HTTP without one
/// @param plan the command that the page says prints the repair
public record ServerOptions(
    InetSocketAddress address,
    String telemetryPath,
    CollectorOptions layers,
    BuildInfo build,
    Optional<Path> webConfig,
    PlanCommand plan) {

  /// Source: RFC 3986, 3.3: a path without escapes, which does not begin like a host.
  private static final Pattern PATH =
      Pattern.compile("/|/[A-Za-z0-9._~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@/-]*");

  public ServerOptions {
    if (!PATH.matcher(telemetryPath).matches()) {
      throw new IllegalArgumentException(
          "telemetry path must start with / and need no URL escaping, e.g. /metrics,"
              + " got \"%s\"".formatted(telemetryPath));
    }
  }
}
