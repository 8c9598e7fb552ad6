package io.github.dockerimageexporter.exporter.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.github.dockerimageexporter.exporter.http.ServerLimits;
import io.github.dockerimageexporter.exporter.http.StalledClients;
import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.observation.Observation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LatestTextTest {
  /// More than the buffers of a connection take.
  private static final int LARGE = 8 << 20;

  private static final long BUDGET = 3L * LARGE;

  private final HeldBytes held = new HeldBytes(BUDGET, 100, System::nanoTime);
  private final LatestText document = new LatestText("text/plain", held);
  private final AtomicInteger renderings = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server;
  private volatile Optional<Observation> seen = Optional.of(new StoreFixture().observation());
  private volatile int length = 100;

  LatestTextTest() throws IOException {
    ServerLimits.apply();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            document.answer(
                exchange, () -> new LatestText.Source(seen, "", out -> out.write(text(length))));
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    client.close();
  }

  @Test
  void itIsRenderedOnceAnObservation() throws IOException, InterruptedException {
    get("gzip");
    get("identity");
    assertThat(renderings).hasValue(1);

    seen = Optional.of(new StoreFixture().observation());
    get("gzip");

    assertThat(renderings).hasValue(2);
  }

  @Test
  void whoDoesNotAcceptGzipGetsTheTextInItsLength() throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get("identity");

    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.headers().firstValue("Content-Length")).contains("100");
    assertThat(answer.body()).isEqualTo(text(100));
  }

  @Test
  void clientsThatReadNothingDoNotFillTheMemory() throws IOException, InterruptedException {
    length = LARGE;
    try (var stalled = new StalledClients(server.getAddress().getPort())) {
      stalled.readNothing(1, "/");
      await().until(() -> renderings.get() == 1);

      for (int i = 2; i <= 6; i++) {
        seen = Optional.of(new StoreFixture().observation());
        int expected = i;
        stalled.readNothing(1, "/");
        await().until(() -> renderings.get() == expected);
        assertThat(held.bytes()).isLessThanOrEqualTo(BUDGET);
      }

      assertThat(get("identity").body()).hasSize(LARGE);
    }
  }

  /// A text that does not compress.
  private byte[] text(int length) {
    renderings.incrementAndGet();
    var text = new byte[length];
    new Random(1).nextBytes(text);
    for (int i = 0; i < text.length; i++) {
      text[i] &= 0x7f;
    }
    return text;
  }

  private HttpResponse<byte[]> get(String encoding) throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    var request = HttpRequest.newBuilder(uri).header("Accept-Encoding", encoding).build();
    return client.send(request, BodyHandlers.ofByteArray());
  }
}
