package io.github.dockerimageexporter.exporter;

import java.net.InetSocketAddress;

/// Where and what the server serves.
///
/// @param telemetryPath the path of the metrics; `/` leaves no room for a landing page
public record ServerOptions(
    InetSocketAddress address, String telemetryPath, LayerOptions layers, BuildInfo build) {
  public ServerOptions {
    if (!telemetryPath.startsWith("/")) {
      throw new IllegalArgumentException(
          "expected a telemetry path that begins with /, found \"" + telemetryPath + "\"");
    }
  }
}
