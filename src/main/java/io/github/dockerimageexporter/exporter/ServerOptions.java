package io.github.dockerimageexporter.exporter;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/// Where and what the server serves.
///
/// @param telemetryPath the path of the metrics; `/` leaves no room for a landing page
/// @param webConfig file that says who may ask, and over what; anyone over plain HTTP without one
public record ServerOptions(
    InetSocketAddress address,
    String telemetryPath,
    LayerOptions layers,
    BuildInfo build,
    Optional<Path> webConfig) {
  public ServerOptions {
    if (!telemetryPath.startsWith("/")) {
      throw new IllegalArgumentException(
          "expected a telemetry path that begins with /, found \"" + telemetryPath + "\"");
    }
  }
}
