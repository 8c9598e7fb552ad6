package io.github.dockerimageexporter.exporter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer.HTTPMetricHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Answers scrapes of the families named by `name[]`, by simpleclient's own handler.
///
/// That handler makes its answer anew and holds it in several copies. So there is one at a time, of
/// a bounded number of series: without bounds, one request could take all of the exporter's memory.
final class SelectionHandler {
  private static final int MAX_SERIES = 25_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final StoreCollector store;
  private final HttpHandler handler;
  private final Semaphore turn = new Semaphore(1, true);

  SelectionHandler(StoreCollector store, List<? extends Collector> own) {
    this.store = store;
    var registry = new CollectorRegistry();
    registry.register(store);
    own.forEach(registry::register);
    this.handler = new HTTPMetricHandler(registry);
  }

  void handle(HttpExchange exchange, Set<String> names) throws IOException {
    long series = store.collect(names::contains).stream().mapToLong(f -> f.samples.size()).sum();
    if (series > MAX_SERIES) {
      Answer.line(
          exchange,
          413,
          "%d series by name[], expected at most %d: ask for fewer names, or for all without name[]"
              .formatted(series, MAX_SERIES));
      return;
    }
    if (!tryAcquire()) {
      Answer.line(exchange, 503, "other requests with name[] are being answered");
      return;
    }
    try {
      handler.handle(exchange);
    } finally {
      turn.release();
    }
  }

  private boolean tryAcquire() {
    try {
      return turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
