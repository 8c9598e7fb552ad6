package io.github.dockerimageexporter.exporter.http;

import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import java.util.Map;
import java.util.OptionalLong;

/// What a client may take of the server, as the JDK's server reads it from system properties.
///
/// | property                              | JDK's   | ours   | against                  |
/// |---------------------------------------|---------|--------|--------------------------|
/// | `sun.net.httpserver.maxReqTime`       | none    | 10 s   | requests never completed |
/// | `sun.net.httpserver.maxRspTime`       | none    | 5 min  | answers never read       |
/// | `sun.net.httpserver.maxReqHeaders`    | 200     | 100    | floods of headers        |
/// | `sun.net.httpserver.maxReqHeaderSize` | 380 KiB | 16 KiB | the same                 |
/// | `jdk.httpserver.maxConnections`       | none    | 1024   | floods of connections    |
/// | `sun.net.httpserver.nodelay`          | false   | true   | waiting for an ACK       |
/// | `sun.net.httpserver.timerMillis`      | 1 s     | 5 s    | waking up for nothing    |
///
/// The last is how often the server looks for what has taken too long: a request is given up after
/// 10 to 15 s.
///
/// Each connection takes a descriptor. Where this process has few, there are fewer connections, so
/// that scans and measurements keep [#RESERVED] of them, or half.
///
/// In five minutes a client that takes 1 MB/s gets the metrics of 200,000 layers; [HeldBytes] cuts
/// off those that are slower and in the way.
///
/// Source: JDK 25, `sun.net.httpserver.ServerConfig`.
public final class ServerLimits {
  private static final int MAX_CONNECTIONS = 1024;
  private static final int RESERVED = 256;

  private static final Map<String, String> PROPERTIES =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxRspTime", "300",
          "sun.net.httpserver.maxReqHeaders", "100",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "sun.net.httpserver.nodelay", "true",
          "sun.net.httpserver.timerMillis", "5000");

  private ServerLimits() {}

  /// Sets those that the operator has not set. The JDK reads them once, with its first server.
  public static void apply() {
    PROPERTIES.forEach(ServerLimits::setUnlessSet);
    setUnlessSet(
        "jdk.httpserver.maxConnections", Long.toString(connections(DescriptorLimit.read())));
  }

  /// @param descriptors how many this process may have
  static long connections(OptionalLong descriptors) {
    if (descriptors.isEmpty()) {
      return MAX_CONNECTIONS;
    }
    long all = descriptors.getAsLong();
    return Math.clamp(all - Math.min(RESERVED, all / 2), 1, MAX_CONNECTIONS);
  }

  private static void setUnlessSet(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }
}
