package io.github.dockerimageexporter.exporter;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer.HTTPMetricHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Answers scrapes of the families named by `name[]`, as simpleclient's own handler writes them.
///
/// That handler makes its answer anew and holds it in several copies. So there is one at a time, of
/// a bounded number of series: without bounds, one request could take all of the exporter's memory.
/// Its answer is recorded, for three reasons: it weighs no preferences, it does not know the length
/// of what it compresses, and it would keep its turn for as long as a client takes to read.
final class SelectionHandler {
  private static final int MAX_SERIES = 25_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// What clients that read slowly may hold on to.
  private static final int MOST_HELD_KIB = 8 << 10;

  /// What even the smallest answer holds on to.
  private static final int LEAST_HELD_KIB = 64;

  private final StoreCollector store;
  private final HttpHandler handler;
  private final Semaphore turn = new Semaphore(1, true);
  private final Semaphore heldKib = new Semaphore(MOST_HELD_KIB);

  SelectionHandler(StoreCollector store, List<? extends Collector> own) {
    this.store = store;
    var registry = new CollectorRegistry();
    registry.register(store);
    own.forEach(registry::register);
    this.handler = new HTTPMetricHandler(registry);
  }

  void handle(HttpExchange exchange, Set<String> names, Format format) throws IOException {
    long series = store.collect(names::contains).stream().mapToLong(f -> f.samples.size()).sum();
    if (series > MAX_SERIES) {
      Answer.line(
          exchange,
          413,
          "%d series by name[], expected at most %d: ask for fewer names, or for all without name[]"
              .formatted(series, MAX_SERIES));
      return;
    }
    Optional<Document> document = record(exchange, format);
    if (document.isEmpty()) {
      busy(exchange);
      return;
    }
    answer(exchange, document.get(), format);
  }

  /// The selection; empty if others have the turn for too long.
  private Optional<Document> record(HttpExchange exchange, Format format) {
    if (!tryAcquire(turn, 1)) {
      return Optional.empty();
    }
    try {
      // In a thread of its own, since the handler's buffer lives as long as its thread.
      return Optional.of(
          CompletableFuture.supplyAsync(
                  () -> recorded(exchange, format), Thread::startVirtualThread)
              .join());
    } finally {
      turn.release();
    }
  }

  private Document recorded(HttpExchange exchange, Format format) {
    var accept = Headers.of("Accept", format.contentType());
    try {
      return Document.of(body -> handler.handle(new RecordedExchange(exchange, accept, body)));
    } catch (IOException impossible) {
      throw new UncheckedIOException("a selection is written to memory", impossible);
    }
  }

  private void answer(HttpExchange exchange, Document document, Format format) throws IOException {
    int kib = (int) Math.min(document.sizeBytes() / 1024 + LEAST_HELD_KIB, MOST_HELD_KIB);
    if (!tryAcquire(heldKib, kib)) {
      busy(exchange);
      return;
    }
    try {
      exchange.getResponseHeaders().set("Vary", "Accept");
      document.answer(exchange, format.contentType());
    } finally {
      heldKib.release(kib);
    }
  }

  private static void busy(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", "1");
    Answer.line(exchange, 503, "other requests with name[] are being answered");
  }

  private static boolean tryAcquire(Semaphore semaphore, int permits) {
    try {
      return semaphore.tryAcquire(permits, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
