package io.github.dockerimageexporter.exporter;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Clients that begin and do not go on. They keep their connections until they are closed.
final class StalledClients implements AutoCloseable {
  private static final int ENDLESS = 1 << 20;

  private final int port;
  private final List<Socket> sockets = new ArrayList<>();

  StalledClients(int port) {
    this.port = port;
  }

  void sendHalfARequestLine(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      connect().getOutputStream().write("GET /met".getBytes(US_ASCII));
    }
  }

  /// @param paths that are asked for in turn
  void readAByteASecond(int count, List<String> paths) throws IOException {
    for (int i = 0; i < count; i++) {
      Socket socket = connect();
      ask(socket, paths.get(i % paths.size()));
      Thread.ofVirtual().start(() -> sip(socket));
    }
  }

  void readNothing(int count, String path) throws IOException {
    for (int i = 0; i < count; i++) {
      ask(connect(), path);
    }
  }

  private static void ask(Socket socket, String path) throws IOException {
    socket
        .getOutputStream()
        .write("GET %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(path).getBytes(US_ASCII));
  }

  private static void sip(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        TimeUnit.SECONDS.sleep(1);
      }
    } catch (IOException | InterruptedException over) {
      // The server has had enough, or the test is over.
    }
  }

  void sendEndlessHeaders(int count) throws IOException {
    byte[] header = ("X-Filler: " + "x".repeat(1000) + "\r\n").getBytes(US_ASCII);
    for (int i = 0; i < count; i++) {
      Socket socket = connect();
      socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(US_ASCII));
      Thread.ofVirtual().start(() -> flood(socket, header));
    }
  }

  private static void flood(Socket socket, byte[] header) {
    try {
      for (int sent = 0; sent < ENDLESS; sent += header.length) {
        socket.getOutputStream().write(header);
      }
    } catch (IOException closed) {
      // The server has had enough, or the test is over.
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    sockets.add(socket);
    return socket;
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
