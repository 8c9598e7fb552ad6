package io.github.dockerimageexporter.exporter;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.HTTPServer.HTTPMetricHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the metrics: all of them from the [Exposition], those asked for by `name[]` from the
/// registry, one such request at a time since nothing of it is kept.
final class MetricsHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsHandler.class);

  private final Exposition exposition;
  private final HttpHandler selected;
  private final Semaphore selections = new Semaphore(1);
  private final AtomicBoolean failing = new AtomicBoolean();

  MetricsHandler(Exposition exposition, CollectorRegistry registry) {
    this.exposition = exposition;
    this.selected = new HTTPMetricHandler(registry);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (selectsByName(exchange)) {
      select(exchange);
      return;
    }
    Headers request = exchange.getRequestHeaders();
    Format format = Negotiation.format(values(request, "Accept"));
    Encoding encoding = Negotiation.encoding(values(request, "Accept-Encoding"));
    Optional<Exposition.Text> text = render(format, encoding);
    if (text.isEmpty()) {
      Answer.line(exchange, 500, "the metrics could not be rendered, see the log");
      return;
    }
    exchange.getResponseHeaders().set("Vary", "Accept, Accept-Encoding");
    if (encoding == Encoding.GZIP) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    Answer.bytes(exchange, 200, format.contentType(), text.get().length(), text.get()::writeTo);
  }

  /// The scrape; empty if it failed. A failure is logged when it begins and when it ends.
  private Optional<Exposition.Text> render(Format format, Encoding encoding) {
    try {
      var text = exposition.text(format, encoding);
      if (failing.compareAndSet(true, false)) {
        LOG.info("metrics are rendered again");
      }
      return Optional.of(text);
    } catch (IOException | RuntimeException | Error failure) {
      if (failing.compareAndSet(false, true)) {
        LOG.error("metrics cannot be rendered", failure);
      }
      return Optional.empty();
    }
  }

  private void select(HttpExchange exchange) throws IOException {
    if (!selections.tryAcquire()) {
      Answer.line(exchange, 503, "another request with name[] is being answered");
      return;
    }
    try {
      selected.handle(exchange);
    } finally {
      selections.release();
    }
  }

  private static boolean selectsByName(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    return query != null
        && Arrays.stream(query.split("&", -1))
            .map(pair -> URLDecoder.decode(pair, StandardCharsets.UTF_8))
            .anyMatch(pair -> pair.startsWith("name[]="));
  }

  private static List<String> values(Headers headers, String name) {
    return headers.getOrDefault(name, List.of());
  }
}
