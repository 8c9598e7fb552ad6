package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.HttpAnswer;
import io.github.dockerimageexporter.exporter.answer.LatestText;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.report.ReportDocument;
import io.github.dockerimageexporter.report.ReportQuery;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// Serves the report of the latest observation as JSON.
final class ReportHandler implements HttpHandler {
  private final Supplier<Optional<Observation>> latest;
  private final LatestText json;

  ReportHandler(Supplier<Optional<Observation>> latest, HeldBytes held) {
    this.latest = latest;
    this.json = new LatestText("application/json", held);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (latest.get().isEmpty()) {
      HttpAnswer.line(exchange, 503, ExporterServer.NOT_READY);
      return;
    }
    ReportQuery query;
    try {
      query = ReportQuery.of(QueryParameters.of(exchange));
    } catch (IllegalArgumentException notUnderstood) {
      HttpAnswer.line(exchange, 400, String.valueOf(notUnderstood.getMessage()));
      return;
    }
    json.answer(exchange, () -> source(query));
  }

  private LatestText.Source source(ReportQuery query) {
    Optional<Observation> seen = latest.get();
    return new LatestText.Source(
        seen, query, out -> ReportDocument.of(seen.orElseThrow(), query).writeTo(out));
  }
}
