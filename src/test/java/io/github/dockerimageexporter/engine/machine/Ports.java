package io.github.dockerimageexporter.engine.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// TCP ports of the loopback address.
public final class Ports {
  private Ports() {}

  /// A port that nothing listens on now.
  public static int free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
