package io.github.dockerimageexporter.exporter.http;

import static java.util.stream.Collectors.toSet;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dockerimageexporter.exporter.answer.ContentEncoding;
import io.github.dockerimageexporter.exporter.answer.HttpAnswer;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.exporter.answer.Negotiation;
import io.github.dockerimageexporter.exporter.metrics.Exposition;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves the metrics: all of them, or the families that the query asks for by `name[]`.
final class MetricsHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsHandler.class);
  private static final String NAME = "name[]";

  private final Exposition exposition;
  private final SelectionHandler selection;
  private final AtomicBoolean failing = new AtomicBoolean();

  MetricsHandler(Exposition exposition, SelectionHandler selection) {
    this.exposition = exposition;
    this.selection = selection;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Headers request = exchange.getRequestHeaders();
    MetricsFormat format = Negotiation.format(values(request, "Accept"));
    Set<String> names = names(exchange);
    if (!names.isEmpty()) {
      selection.handle(exchange, names, format);
      return;
    }
    ContentEncoding encoding = Negotiation.encoding(values(request, "Accept-Encoding"));
    answer(exchange, format, encoding);
  }

  private void answer(HttpExchange exchange, MetricsFormat format, ContentEncoding encoding)
      throws IOException {
    Optional<Exposition.Text> text = render(format, encoding);
    if (text.isEmpty()) {
      HttpAnswer.line(exchange, 500, "the metrics could not be rendered, see the log");
      return;
    }
    exchange.getResponseHeaders().set("Vary", "Accept, Accept-Encoding");
    if (encoding == ContentEncoding.GZIP) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    }
    HttpAnswer.bytes(exchange, 200, format.contentType(), text.get().length(), text.get()::writeTo);
  }

  /// The scrape; empty if it failed. A failure is logged when it begins and when it ends.
  private Optional<Exposition.Text> render(MetricsFormat format, ContentEncoding encoding) {
    try {
      Exposition.Text text = exposition.text(format, encoding);
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

  private static Set<String> names(HttpExchange exchange) {
    return QueryParameters.in(exchange)
        .filter(parameter -> parameter.getKey().equals(NAME))
        .map(Map.Entry::getValue)
        .collect(toSet());
  }

  private static List<String> values(Headers headers, String name) {
    return headers.getOrDefault(name, List.of());
  }
}
