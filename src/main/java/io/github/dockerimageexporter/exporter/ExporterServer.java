package io.github.dockerimageexporter.exporter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dockerimageexporter.refresh.Observation;
import io.github.dockerimageexporter.refresh.RefreshStatus;
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

/// The exporter's HTTP server.
///
/// | path            | method    | answer                                                     |
/// |-----------------|-----------|------------------------------------------------------------|
/// | telemetry path  | GET, HEAD | the metrics                                                |
/// | `/`             | GET, HEAD | what this is                                               |
/// | `/-/healthy`    | GET, HEAD | 200 while the process serves                               |
/// | `/-/ready`      | GET, HEAD | 200 once there is an observation, 503 before               |
/// | `/-/reload`     | POST      | 200 when the reload has been done                          |
///
/// Each request has a virtual thread, so that a client that stalls holds nothing that another one
/// needs; [ServerLimits] ends it. How many there are at once is bounded by the connections.
public final class ExporterServer {
  private static final int BACKLOG = 128;
  private static final int MAX_REQUESTS = 512;

  private final HttpServer server;
  private final ExecutorService threads;
  private final Supplier<Optional<Observation>> latest;
  private final Runnable reload;

  /// Takes the port.
  ///
  /// @param reload what a POST to `/-/reload` does
  /// @throws BindException in one line, if the address is taken or is none of this host
  public ExporterServer(
      ServerOptions options,
      Supplier<Optional<Observation>> latest,
      Supplier<RefreshStatus> status,
      Runnable reload)
      throws IOException {
    this.latest = latest;
    this.reload = reload;
    ServerLimits.apply();
    this.server = bind(options.address());
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    server.setExecutor(threads);
    server.createContext("/", new Router(routes(options, status), MAX_REQUESTS));
  }

  public void start() {
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// Takes no new connection, and gives the requests under way the time of `drain`.
  public void close(Duration drain) {
    server.stop(Math.toIntExact(drain.plusMillis(999).toSeconds()));
    threads.shutdownNow();
  }

  private static HttpServer bind(InetSocketAddress address) throws IOException {
    try {
      return HttpServer.create(address, BACKLOG);
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
    var metrics =
        new MetricsHandler(
            new Exposition(latest, options.layers(), own),
            new SelectionHandler(new StoreCollector(latest, options.layers()), own));

    var routes = new HashMap<String, Route>();
    routes.put("/", Route.get(new LandingPage(options.build().version(), options.telemetryPath())));
    routes.put("/-/healthy", Route.get(exchange -> Answer.line(exchange, 200, "healthy")));
    routes.put("/-/ready", Route.get(this::ready));
    routes.put("/-/reload", Route.post(this::reload));
    routes.put(options.telemetryPath(), Route.get(metrics));
    return routes;
  }

  private void ready(HttpExchange exchange) throws IOException {
    if (latest.get().isPresent()) {
      Answer.line(exchange, 200, "ready");
    } else {
      Answer.line(exchange, 503, "not ready: the data root has not been looked at yet");
    }
  }

  private void reload(HttpExchange exchange) throws IOException {
    reload.run();
    Answer.line(exchange, 200, "reloaded");
  }
}
