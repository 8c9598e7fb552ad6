package io.github.dockerimageexporter.exporter.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Clients that begin and do not go on. Whichever the server has had enough of comes back a second
/// later, until they are closed.
public final class StalledClients implements AutoCloseable {
  private static final int ENDLESS = 1 << 20;
  private static final int KIBIBYTE = 1 << 10;
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final String HALF_A_LINE = "GET /met";
  private static final String NO_HEADERS_YET = "GET / HTTP/1.1\r\n";
  private static final byte[] HEADER =
      ("X-Filler: " + "x".repeat(1000) + "\r\n").getBytes(US_ASCII);

  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger comebacks = new AtomicInteger();
  private volatile boolean closed;

  public StalledClients(int port) {
    this.port = port;
  }

  void sendHalfARequestLine(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      keep(HALF_A_LINE, socket -> socket.getInputStream().read());
    }
  }

  /// @param paths that are asked for in turn
  void readAByteASecond(int count, List<String> paths) throws IOException {
    for (int i = 0; i < count; i++) {
      keep(requestFor(paths.get(i % paths.size())), StalledClients::sip);
    }
  }

  /// Reads 1 KiB a second.
  void readSlowly(String path, String encoding) throws IOException {
    keep(requestFor(path, encoding), StalledClients::drip);
  }

  public void readNothing(int count, String path) throws IOException {
    for (int i = 0; i < count; i++) {
      begin(requestFor(path));
    }
  }

  void sendEndlessHeaders(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      keep(NO_HEADERS_YET, StalledClients::flood);
    }
  }

  /// How often one of them had to begin anew.
  int comebacks() {
    return comebacks.get();
  }

  private static String requestFor(String path) {
    return requestFor(path, "identity");
  }

  private static String requestFor(String path, String encoding) {
    return "GET %s HTTP/1.1\r\nHost: x\r\nAccept-Encoding: %s\r\n\r\n".formatted(path, encoding);
  }

  private static void sip(Socket socket) throws IOException {
    while (socket.getInputStream().read() >= 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static void drip(Socket socket) throws IOException {
    while (socket.getInputStream().readNBytes(KIBIBYTE).length > 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static void flood(Socket socket) throws IOException {
    for (int sent = 0; sent < ENDLESS; sent += HEADER.length) {
      socket.getOutputStream().write(HEADER);
    }
  }

  private void keep(String first, Client client) throws IOException {
    Socket socket = begin(first);
    Thread.ofVirtual().start(() -> goOn(socket, first, client));
  }

  private void goOn(Socket begun, String first, Client client) {
    Optional<Socket> next = Optional.of(begun);
    while (!closed) {
      next.ifPresent(socket -> goOn(socket, client));
      LockSupport.parkNanos(PAUSE_NANOS);
      next = comeBack(first);
    }
  }

  private void goOn(Socket begun, Client client) {
    try (Socket socket = begun) {
      client.goOn(socket);
    } catch (IOException hadEnough) {
      // The server, of this client; or the test is over.
    }
    sockets.remove(begun);
  }

  private Optional<Socket> comeBack(String first) {
    try {
      comebacks.incrementAndGet();
      return Optional.of(begin(first));
    } catch (IOException refused) {
      return Optional.empty();
    }
  }

  private Socket begin(String first) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(1024);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    sockets.add(socket);
    if (closed) {
      socket.close();
    }
    socket.getOutputStream().write(first.getBytes(US_ASCII));
    return socket;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /// What a client does once its request is begun.
  private interface Client {
    void goOn(Socket socket) throws IOException;
  }
}
