package io.github.dockerimageexporter.exporter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dockerimageexporter.refresh.Observation;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// Serves the report of the latest observation as JSON.
final class ReportHandler implements HttpHandler {
  private static final Object NOTHING_MORE = new Object();

  private final Supplier<Optional<Observation>> latest;
  private final LatestDocument document = new LatestDocument("application/json");

  ReportHandler(Supplier<Optional<Observation>> latest) {
    this.latest = latest;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Optional<Observation> seen = latest.get();
    if (seen.isEmpty()) {
      Answer.line(exchange, 503, ExporterServer.NOT_READY);
      return;
    }
    document.answer(
        exchange, seen, NOTHING_MORE, out -> ReportDocument.of(seen.get()).writeTo(out));
  }
}
