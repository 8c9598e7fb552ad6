package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.HttpAnswer;
import io.github.dockerimageexporter.exporter.metrics.Exposition;
import io.github.dockerimageexporter.exporter.metrics.RuntimeCollector;
import io.github.dockerimageexporter.exporter.metrics.StatusCollector;
import io.github.dockerimageexporter.exporter.metrics.StoreCollector;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.web.WebAccess;
import io.prometheus.client.Collector;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/// The exporter's HTTP server.
///
/// | path            | method    | answer                                                     |
/// |-----------------|-----------|------------------------------------------------------------|
/// | telemetry path  | GET, HEAD | the metrics                                                |
/// | `/`             | GET, HEAD | the status page                                            |
/// | `/api/v1/report`| GET, HEAD | the report as JSON, 503 before there is an observation     |
/// | `/-/healthy`    | GET, HEAD | 200 while the process serves and scans, else 503           |
/// | `/-/ready`      | GET, HEAD | 200 once there is an observation, 503 before               |
/// | `/-/reload`     | POST      | 200 once a scan is asked for, 500 if the web config is bad |
///
/// Each request has a virtual thread, so that a client that stalls holds nothing that another one
/// needs; [ServerLimits] ends it. How many there are at once is bounded by the connections.
public final class ExporterServer {
  private static final int BACKLOG = 128;
  private static final int MAX_REQUESTS = 512;

  /// The answer before the first scan.
  static final String NOT_READY = "not ready: the data root has not been scanned yet";

  private final HttpServer server;
  private final Router router;
  private final ExecutorService threads;
  private final Supplier<Optional<Observation>> latest;
  private final SharedReload reload;
  private final Optional<WebAccess> access;

  /// Takes the port.
  ///
  /// @param reload what a POST to `/-/reload` does
  /// @throws BindException in one line, if the address is taken or is none of this host
  /// @throws IOException in one line, if the web configuration is not good
  /// @throws IllegalArgumentException if something else answers at the telemetry path
  public ExporterServer(
      ServerOptions options,
      Supplier<Optional<Observation>> latest,
      Supplier<RefreshStatus> status,
      Runnable reload)
      throws IOException {
    this.latest = latest;
    ServerLimits.apply();
    this.access =
        options.webConfig().isEmpty()
            ? Optional.empty()
            : Optional.of(WebAccess.open(options.webConfig().get()));
    this.reload =
        new SharedReload(
            () -> {
              reload.run();
              return access.isEmpty() || access.get().reload();
            });
    this.router = new Router(routes(options, status), MAX_REQUESTS);
    this.server = bind(options.address(), access.flatMap(WebAccess::sslContext));
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    server.setExecutor(threads);
    HttpContext pages = server.createContext("/", router);
    access.ifPresent(it -> pages.getFilters().add(new AccessFilter(it)));
  }

  public void start() {
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// Takes no new connection, and gives the requests under way the time of `drain`.
  ///
  /// The JDK's server refuses connections as soon as it is told to stop. But it counts requests
  /// whose client has hung up as under way for good, so the end does not wait for its count.
  public void close(Duration drain) {
    var stopping =
        Thread.ofVirtual()
            .start(() -> server.stop(Math.toIntExact(drain.plusMillis(999).toSeconds())));
    try {
      router.awaitIdle(drain);
      server.stop(0);
      stopping.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }

  /// Does what a reload is for, and reads the web configuration again, once a second at most.
  ///
  /// @return whether the web configuration is good, if there is one
  public boolean reload() {
    try {
      return reload.run();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static HttpServer bind(InetSocketAddress address, Optional<SSLContext> tls)
      throws IOException {
    try {
      if (tls.isEmpty()) {
        return HttpServer.create(address, BACKLOG);
      }
      HttpsServer server = HttpsServer.create(address, BACKLOG);
      server.setHttpsConfigurator(new ContextOnly(tls.get()));
      return server;
    } catch (BindException taken) {
      var failure =
          new BindException(
              "cannot listen on %s:%d: %s"
                  .formatted(address.getHostString(), address.getPort(), taken.getMessage()));
      failure.initCause(taken);
      throw failure;
    }
  }

  private Map<String, Route> routes(ServerOptions options, Supplier<RefreshStatus> status) {
    List<Collector> own =
        List.of(new StatusCollector(options.build(), status), new RuntimeCollector());
    HeldBytes held = HeldBytes.ofHeap();
    var metrics =
        new MetricsHandler(
            new Exposition(latest, options.layers(), own, held),
            new SelectionHandler(new StoreCollector(latest, options.layers()), own, held));

    var routes = new HashMap<String, Route>();
    routes.put("/", Route.get(new StatusHandler(options, latest, status, held)));
    routes.put("/api/v1/report", Route.get(new ReportHandler(latest, held)));
    routes.put("/-/healthy", Route.get(exchange -> healthy(exchange, status.get())));
    routes.put("/-/ready", Route.get(this::ready));
    routes.put("/-/reload", Route.post(this::reload));
    Route taken = routes.put(options.telemetryPath(), Route.get(metrics));
    if (taken != null && !options.telemetryPath().equals("/")) {
      throw new IllegalArgumentException(
          "telemetry path is already taken by another page: \"" + options.telemetryPath() + "\"");
    }
    return routes;
  }

  private static void healthy(HttpExchange exchange, RefreshStatus status) throws IOException {
    if (status.ailment().isPresent()) {
      HttpAnswer.line(exchange, 503, "unhealthy: " + status.ailment().get());
    } else {
      HttpAnswer.line(exchange, 200, "healthy");
    }
  }

  private void ready(HttpExchange exchange) throws IOException {
    if (latest.get().isPresent()) {
      HttpAnswer.line(exchange, 200, "ready");
    } else {
      HttpAnswer.line(exchange, 503, NOT_READY);
    }
  }

  private void reload(HttpExchange exchange) throws IOException {
    if (reload()) {
      HttpAnswer.line(exchange, 200, "reloaded");
    } else {
      HttpAnswer.line(exchange, 500, "the web config is invalid, see the log");
    }
  }

  /// Leaves a connection as the context made it; the JDK's own would undo its client policy.
  private static final class ContextOnly extends HttpsConfigurator {
    ContextOnly(SSLContext context) {
      super(context);
    }

    @Override
    public void configure(HttpsParameters parameters) {}
  }
}
