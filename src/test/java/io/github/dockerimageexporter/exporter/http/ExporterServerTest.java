package io.github.dockerimageexporter.exporter.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.bench.LargeStore;
import io.github.dockerimageexporter.exporter.metrics.Expositions;
import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.report.ReportDocument;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExporterServerTest {
  private static final ServerOptions OPTIONS = options(new InetSocketAddress(loopback(), 0));

  private final AtomicReference<Supplier<Optional<Observation>>> latest =
      new AtomicReference<>(Optional::empty);
  private final AtomicReference<Supplier<RefreshStatus>> status =
      new AtomicReference<>(Statuses::good);
  private final AtomicInteger reloads = new AtomicInteger();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ExporterServer server;

  ExporterServerTest() throws IOException {
    this.server =
        new ExporterServer(
            OPTIONS, () -> latest.get().get(), () -> status.get().get(), reloads::incrementAndGet);
  }

  @BeforeEach
  void start() {
    var store = new StoreFixture();
    store.image("app", "base:100", "app:20");
    var observation = Optional.of(store.observation());
    latest.set(() -> observation);
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close(Duration.ZERO);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /metrics, 200",
    "GET, /, 200",
    "GET, /?images.find=app&images.page=2&layers.sort=-size, 200",
    "GET, /api/v1/report, 200",
    "GET, /api/v1/report?find=app&limit=1, 200",
    "GET, /api/v1/report?limit=many, 400",
    "GET, /-/healthy, 200",
    "GET, /-/ready, 200",
    "POST, /-/reload, 200",
    "HEAD, /metrics, 200",
    "HEAD, /metrics?name[]=docker_store_images, 200",
    "HEAD, /, 200",
    "HEAD, /api/v1/report, 200",
    "POST, /api/v1/report, 405",
    "GET, /api/v1, 404",
    "HEAD, /-/healthy, 200",
    "HEAD, /nothing, 404",
    "GET, /metrics/, 404",
    "GET, /metricsandmore, 404",
    "GET, /-%2Fhealthy, 404",
    "GET, /-/%68ealthy, 404",
    "POST, /-/../-/reload, 404",
    "GET, /-/, 404",
    "POST, /metrics, 405",
    "DELETE, /, 405",
    "GET, /-/reload, 405"
  })
  void everyPathAndMethodHasItsStatus(String method, String path, int expected)
      throws IOException, InterruptedException {
    assertThat(send(method, path).statusCode()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"/metrics, 'GET, HEAD'", "/-/reload, POST"})
  void wrongMethodNamesTheRightOnes(String path, String allowed)
      throws IOException, InterruptedException {
    assertThat(send("PATCH", path).headers().allValues("Allow")).containsExactly(allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/api/v1/report", "/-/healthy", "/-/ready"})
  void headHasTheHeadersOfGet(String path) throws IOException, InterruptedException {
    var get = send("GET", path);
    var head = send("HEAD", path);

    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Length"))
        .isEqualTo(get.headers().firstValue("Content-Length"))
        .contains(Integer.toString(get.body().length));
    assertThat(head.headers().firstValue("Content-Type"))
        .isEqualTo(get.headers().firstValue("Content-Type"));
  }

  @Test
  void unhealthyOnceScansAreNotToBeExpected() throws IOException, InterruptedException {
    status.set(() -> Statuses.ailing("the scanning thread has ended"));

    var answer = send("GET", "/-/healthy");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo("unhealthy: the scanning thread has ended\n");
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-Fetch-Site, cross-site, 403",
    "Sec-Fetch-Site, same-site, 403",
    "Sec-Fetch-Site, same-origin, 200",
    "Sec-Fetch-Site, none, 200",
    "Origin, http://evil.example, 403",
    "Origin, null, 403",
    "Origin, http://127.0.0.1:1, 403",
    "Origin, ::, 403",
    "Origin, http://127.0.0.1:PORT, 200",
    "User-Agent, curl/8.0, 200"
  })
  void noOtherSiteCanReload(String header, String value, int expected)
      throws IOException, InterruptedException {
    String sent = value.replace("PORT", Integer.toString(server.port()));

    assertThat(send("POST", "/-/reload", header, sent).statusCode()).isEqualTo(expected);
    assertThat(reloads).hasValue(expected == 200 ? 1 : 0);
  }

  @Test
  void readyOnlyAfterTheFirstScan() throws IOException, InterruptedException {
    latest.set(Optional::empty);

    assertThat(send("GET", "/-/ready").statusCode()).isEqualTo(503);
    assertThat(send("GET", "/-/healthy").statusCode()).isEqualTo(200);
  }

  @Test
  void reportIsThatOfCheck() throws IOException, InterruptedException {
    var answer = send("GET", "/api/v1/report");
    var expected = new ByteArrayOutputStream();
    ReportDocument.of(latest.get().get().orElseThrow()).writeTo(expected);

    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.body()).isEqualTo(expected.toByteArray());
  }

  @Test
  void reportBeforeTheFirstScanIsOneLineOfText() throws IOException, InterruptedException {
    latest.set(Optional::empty);

    var answer = send("GET", "/api/v1/report");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(new String(answer.body(), UTF_8))
        .isEqualTo("not ready: the data root has not been scanned yet\n");
  }

  @Test
  void pageAllowsNothingButItself() throws IOException, InterruptedException {
    assertThat(send("GET", "/").headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; style-src 'sha256-")
        .doesNotContain("unsafe")
        .doesNotContain("http");
  }

  @Test
  void reloadReloads() throws IOException, InterruptedException {
    send("POST", "/-/reload");

    assertThat(reloads).hasValue(1);
  }

  @Test
  void scrapeHasStoreExporterProcessAndRuntime() throws IOException, InterruptedException {
    var answer = send("GET", "/metrics");
    String text = new String(answer.body(), UTF_8);

    assertThat(text)
        .startsWith("# HELP docker_data_root_state ")
        .contains("\ndocker_store_images{driver=\"overlay2\",} 1.0\n")
        .contains("\ndocker_image_exporter_refreshes_total 7.0\n")
        .contains("\nprocess_start_time_seconds ")
        .contains("\njvm_memory_pool_bytes_used")
        .endsWith("\n");
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.headers().firstValue("Vary")).contains("Accept, Accept-Encoding");
    assertThat(answer.headers().firstValue("Content-Length"))
        .contains(Integer.toString(answer.body().length));
  }

  @Test
  void openMetricsEndsWithItsEnd() throws IOException, InterruptedException {
    var answer = send("GET", "/metrics", "Accept", "application/openmetrics-text;version=1.0.0");

    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(new String(answer.body(), UTF_8)).containsOnlyOnce("# EOF\n").endsWith("# EOF\n");
  }

  @Test
  void gzipIsOneMemberOfKnownLength() throws IOException, InterruptedException {
    var answer = send("GET", "/metrics", "Accept-Encoding", "gzip");

    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(answer.headers().firstValue("Content-Length"))
        .contains(Integer.toString(answer.body().length));
    try (var in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(new String(in.readAllBytes(), UTF_8)).contains("\nprocess_start_time_seconds ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"name[]=docker_store_images", "name%5B%5D=docker_store_images"})
  void nameSelectsFamilies(String query) throws IOException, InterruptedException {
    assertThat(new String(send("GET", "/metrics?" + query).body(), UTF_8).lines())
        .filteredOn(line -> !line.startsWith("#"))
        .containsExactly("docker_store_images{driver=\"overlay2\",} 1.0");
  }

  @Test
  void aSelectionIsMadeOnce() throws IOException, InterruptedException {
    Supplier<Optional<Observation>> seen = latest.get();
    var asked = new AtomicInteger();
    latest.set(
        () -> {
          asked.incrementAndGet();
          return seen.get();
        });
    send("GET", "/metrics?name[]=docker_store_images");

    assertThat(asked).hasValue(1);
  }

  @Test
  void unknownNameSelectsNothing() throws IOException, InterruptedException {
    var answer = send("GET", "/metrics?name[]=nothing");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Length")).contains("0");
  }

  /// It is none to simpleclient's handler, which then writes them all: more than it is let.
  @Test
  void nameWithoutEqualsSignIsNoSelection() throws IOException, InterruptedException {
    var answer = send("GET", "/metrics?name[]");

    assertThat(answer.headers().allValues("Vary")).containsExactly("Accept, Accept-Encoding");
    assertThat(new String(answer.body(), UTF_8)).contains("\ndocker_store_images{");
  }

  @Test
  void selectionIsNegotiatedAsAllMetricsAre() throws IOException, InterruptedException {
    var answer =
        send(
            "GET",
            "/metrics?name[]=docker_store_images",
            "Accept",
            "application/openmetrics-text;version=1.0.0;q=0.1, text/plain;q=0.2",
            "Accept-Encoding",
            "gzip;q=0.9");

    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(answer.headers().firstValue("Content-Length"))
        .contains(Integer.toString(answer.body().length));
    assertThat(answer.headers().allValues("Vary")).containsExactly("Accept", "Accept-Encoding");
  }

  @Test
  void slowReaderOfASelectionKeepsNoOtherWaiting() throws IOException, InterruptedException {
    var large = Optional.of(LargeStore.observe(10, 1_000));
    latest.set(() -> large);
    try (var stalled = new StalledClients(server.port())) {
      stalled.readNothing(1, "/metrics?name%5B%5D=docker_layer_info");

      assertThat(send("GET", "/metrics?name[]=docker_layer_depth").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void namesThatSelectTooMuchAreRefusedInOneLine() throws IOException, InterruptedException {
    var large = Optional.of(LargeStore.observe(13, 1_000));
    latest.set(() -> large);

    var refused =
        send(
            "GET",
            "/metrics?name[]=docker_layer_info&name[]=docker_layer_size_bytes&name[]=docker_layer_depth");
    var answered = send("GET", "/metrics?name[]=docker_layer_info");

    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(new String(refused.body(), UTF_8))
        .isEqualTo(
            "name[] selects 30000 series, expected at most 25000: request fewer names, or all"
                + " without name[]\n");
    assertThat(answered.statusCode()).isEqualTo(200);
  }

  @Test
  void failedRenderingIsAnswered() throws IOException, InterruptedException {
    status.set(
        () -> {
          throw new IllegalStateException("planted");
        });

    for (String path :
        new String[] {"/metrics", "/metrics?name[]=docker_image_exporter_watch_up"}) {
      var answer = send("GET", path);
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(new String(answer.body(), UTF_8)).hasLineCount(1).doesNotContain("planted");
    }
  }

  @Test
  void scrapesGoOnAfterAFailure() throws IOException, InterruptedException {
    status.set(
        () -> {
          throw new IllegalStateException("planted");
        });
    send("GET", "/metrics");
    status.set(Statuses::good);

    assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
  }

  @Test
  void requestUnderWayIsAnsweredBeforeTheEnd() throws InterruptedException {
    var begun = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    latest.set(
        () -> {
          begun.countDown();
          awaitQuietly(release);
          return Optional.empty();
        });
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/-/ready"));
    var answer = client.sendAsync(request.build(), BodyHandlers.discarding());
    begun.await();

    var closing = Thread.ofVirtual().start(() -> server.close(Duration.ofSeconds(30)));
    await().until(this::refusesConnections);
    release.countDown();

    assertThat(answer.join().statusCode()).isEqualTo(503);
    closing.join();
  }

  @Test
  void whoHasHungUpDoesNotDelayTheEnd() throws IOException, InterruptedException {
    var large = Optional.of(LargeStore.observe(10, 1_000));
    latest.set(() -> large);
    try (var stalled = new StalledClients(server.port())) {
      stalled.readNothing(5, "/metrics");
      assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
    }

    var closing = Thread.ofVirtual().start(() -> server.close(Duration.ofMinutes(2)));

    assertThat(closing.join(Duration.ofMinutes(1))).isTrue();
  }

  private boolean refusesConnections() {
    try (var _ = new Socket(loopback(), server.port())) {
      return false;
    } catch (IOException refused) {
      return true;
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void takenPortIsNamed() throws IOException {
    try (var taken = new ServerSocket(0, 1, loopback())) {
      var options = options(new InetSocketAddress(loopback(), taken.getLocalPort()));

      assertThatThrownBy(
              () -> new ExporterServer(options, Optional::empty, Statuses::good, () -> {}))
          .isInstanceOf(BindException.class)
          .hasMessageContaining(":" + taken.getLocalPort() + ": ")
          .message()
          .hasLineCount(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"metrics", "", "//metrics", "/metrics?all", "/über", "/%6detrics"})
  void telemetryPathIsOneThatCanBeAskedFor(String path) {
    assertThatThrownBy(() -> options(OPTIONS.address(), path))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("telemetry path must start with / and need no URL escaping")
        .endsWith("got \"" + path + "\"");
  }

  @Test
  void telemetryPathIsOneOfItsOwn() {
    ServerOptions options = options(OPTIONS.address(), "/-/healthy");

    assertThatThrownBy(() -> new ExporterServer(options, Optional::empty, Statuses::good, () -> {}))
        .hasMessage("telemetry path is already taken by another page: \"/-/healthy\"");
  }

  @Test
  void stalledClientsDoNotStopAScrape() throws IOException, InterruptedException {
    try (var stalled = new StalledClients(server.port())) {
      stalled.sendHalfARequestLine(50);
      stalled.readNothing(50, "/metrics");
      stalled.sendEndlessHeaders(50);

      assertThat(send("GET", "/metrics").statusCode()).isEqualTo(200);
    }
  }

  private HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + server.port() + path.replace("[]", "%5B%5D"));
    var request = HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static ServerOptions options(InetSocketAddress address) {
    return options(address, "/metrics");
  }

  private static ServerOptions options(InetSocketAddress address, String telemetryPath) {
    return new ServerOptions(
        address,
        telemetryPath,
        Expositions.EVERYTHING,
        Statuses.BUILD,
        Optional.empty(),
        new PlanCommand(List.of()));
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }
}
