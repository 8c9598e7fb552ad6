package io.github.dockerimageexporter.exporter.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.github.dockerimageexporter.exporter.answer.HttpAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RouterTest {
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  RouterTest() throws IOException {
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void requestPastTheLimitIsAskedToComeAgain() throws IOException, InterruptedException {
    server.createContext("/", new Router(Map.of(), 0));

    var answer = get("/");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(answer.body()).isEqualTo("too many requests at once\n");
  }

  @Test
  void requestsOneAfterTheOtherAreWithinTheLimit() throws IOException, InterruptedException {
    Route page = Route.get(exchange -> HttpAnswer.line(exchange, 200, "page"));
    server.createContext("/", new Router(Map.of("/page", page), 1));

    for (int i = 0; i < 3; i++) {
      assertThat(get("/page").body()).isEqualTo("page\n");
    }
  }

  @Test
  void defectIsAnsweredWithoutItsDetails() throws IOException, InterruptedException {
    Route defect =
        Route.get(
            _ -> {
              throw new AssertionError("planted");
            });
    server.createContext("/", new Router(Map.of("/defect", defect), 1));

    var answer = get("/defect");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("internal error, see the log\n");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
