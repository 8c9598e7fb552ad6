package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dockerimageexporter.exporter.answer.GzippedText;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.HttpAnswer;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.exporter.metrics.StoreCollector;
import io.prometheus.client.Collector;
import io.prometheus.client.Collector.MetricFamilySamples;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer.HTTPMetricHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
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

  private final StoreCollector store;
  private final Selected selected = new Selected();
  private final HttpHandler handler;
  private final Semaphore turn = new Semaphore(1, true);
  private final HeldBytes held;

  SelectionHandler(StoreCollector store, List<? extends Collector> own, HeldBytes held) {
    this.store = store;
    this.held = held;
    var registry = new CollectorRegistry();
    registry.register(selected);
    own.forEach(registry::register);
    this.handler = new HTTPMetricHandler(registry);
  }

  void handle(HttpExchange exchange, Set<String> names, MetricsFormat format) throws IOException {
    if (!awaitTurn()) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      HttpAnswer.line(exchange, 503, "other requests with name[] are being answered");
      return;
    }
    Selection selection;
    try {
      selection = select(exchange, names, format);
    } finally {
      turn.release();
    }
    switch (selection) {
      case Refused(long series) ->
          HttpAnswer.line(
              exchange,
              413,
              "name[] selects %d series, expected at most %d: request fewer names, or all without name[]"
                  .formatted(series, MAX_SERIES));
      case Recorded(GzippedText text) -> {
        exchange.getResponseHeaders().set("Vary", "Accept");
        text.answer(exchange, format.contentType());
      }
    }
  }

  /// What became of a request when it had its turn.
  private sealed interface Selection {}

  private record Refused(long series) implements Selection {}

  private record Recorded(GzippedText text) implements Selection {}

  private Selection select(HttpExchange exchange, Set<String> names, MetricsFormat format) {
    List<MetricFamilySamples> families = store.collect(names::contains);
    long series = families.stream().mapToLong(family -> family.samples.size()).sum();
    if (series > MAX_SERIES) {
      return new Refused(series);
    }
    selected.families = families;
    try {
      // In a thread of its own, since the handler's buffer lives as long as its thread.
      return new Recorded(
          CompletableFuture.supplyAsync(() -> record(exchange, format), Thread::startVirtualThread)
              .join());
    } finally {
      selected.families = List.of();
    }
  }

  /// The families of the store that have been collected for whoever has the turn.
  private static final class Selected extends Collector {
    private List<MetricFamilySamples> families = List.of();

    @Override
    public List<MetricFamilySamples> collect() {
      return families;
    }
  }

  /// The selection, kept for nobody but whoever asked for it.
  private GzippedText record(HttpExchange exchange, MetricsFormat format) {
    var accept = Headers.of("Accept", format.contentType());
    try {
      var text =
          GzippedText.of(
              held, body -> handler.handle(new RecordedExchange(exchange, accept, body)));
      text.drop();
      return text;
    } catch (IOException impossible) {
      throw new UncheckedIOException("a selection is written to memory", impossible);
    }
  }

  /// Whether the turn has come; it does not if others have it for too long.
  private boolean awaitTurn() {
    try {
      return turn.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
