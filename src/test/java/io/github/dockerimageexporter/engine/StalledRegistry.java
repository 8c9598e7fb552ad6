package io.github.dockerimageexporter.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// What a [Registry] has, served by one that stops in the middle of an image's topmost layer, so
/// that a pull of the image is at work for as long as a test wants.
public final class StalledRegistry implements AutoCloseable {
  private static final int TLS_HANDSHAKE = 0x16;
  private static final Set<String> FORWARDED = Set.of("Accept", "Range");
  private static final String MANIFEST =
      "application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.v2+json";

  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch over = new CountDownLatch(1);
  private final URI registry;
  private final String repository;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final ServerSocket front;
  private final Digest top;
  private volatile boolean stalled;

  private StalledRegistry(Registry registry, String repository)
      throws IOException, InterruptedException {
    this.registry = URI.create("http://" + registry.address());
    this.repository = repository;
    this.top = topLayer();
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    this.front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /// One that serves an image of `registry`, and stalls in its top layer.
  ///
  /// @param repository of an image of one platform, with the tag 1
  public static StalledRegistry of(Registry registry, String repository)
      throws IOException, InterruptedException {
    return new StalledRegistry(registry, repository);
  }

  /// What the image is called here.
  public String image() {
    return "127.0.0.1:%d/%s:1".formatted(front.getLocalPort(), repository);
  }

  /// Waits until half of the layer was sent.
  public void awaitStall() {
    await("half a layer").atMost(Duration.ofMinutes(1)).until(() -> stalled);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = front.accept();
        threads.execute(() -> serve(client));
      }
    } catch (IOException closed) {
      // By close().
    }
  }

  /// Who begins with TLS is told at once that this is plain HTTP, which the JDK's server does not.
  private void serve(Socket client) {
    try (client;
        var behind = new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
      var request = new PushbackInputStream(client.getInputStream());
      int first = request.read();
      if (first == TLS_HANDSHAKE) {
        client.getOutputStream().write("HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      } else if (first >= 0) {
        request.unread(first);
        threads.execute(() -> transfer(request, behind));
        behind.getInputStream().transferTo(client.getOutputStream());
      }
    } catch (IOException gone) {
      // The engine was killed.
    }
  }

  private static void transfer(InputStream request, Socket to) {
    try {
      request.transferTo(to.getOutputStream());
    } catch (IOException gone) {
      // One of both has closed.
    }
  }

  private Digest topLayer() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(registry.resolve("/v2/" + repository + "/manifests/1"))
            .header("Accept", MANIFEST)
            .build();
    JsonNode manifest =
        new JsonMapper().readTree(client.send(request, BodyHandlers.ofByteArray()).body());
    JsonNode layers = manifest.get("layers");
    return Digest.parse(layers.get(layers.size() - 1).get("digest").textValue());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpResponse<byte[]> response = ask(exchange);
      byte[] body = response.body();
      for (String header : List.of("Content-Type", "Docker-Content-Digest", "Content-Range")) {
        response
            .headers()
            .firstValue(header)
            .ifPresent(value -> exchange.getResponseHeaders().set(header, value));
      }
      exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
      send(body, exchange);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<byte[]> ask(HttpExchange exchange) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(registry.resolve(exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.noBody());
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (FORWARDED.contains(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private void send(byte[] body, HttpExchange exchange) throws IOException, InterruptedException {
    boolean stalls = body.length > 0 && exchange.getRequestURI().getPath().endsWith(top.toString());
    OutputStream out = exchange.getResponseBody();
    out.write(body, 0, stalls ? body.length / 2 : body.length);
    out.flush();
    if (stalls) {
      stalled = true;
      over.await();
    }
  }

  @Override
  public void close() throws IOException {
    over.countDown();
    front.close();
    server.stop(0);
    client.close();
    threads.shutdownNow();
  }
}
