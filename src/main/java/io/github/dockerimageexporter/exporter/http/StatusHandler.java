package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.LatestText;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.page.PageQuery;
import io.github.dockerimageexporter.page.StatusPage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Serves the status page.
final class StatusHandler implements HttpHandler {
  /// What the web configuration says of these goes before.
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          StatusPage.CONTENT_SECURITY_POLICY,
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-cache");

  private final Supplier<Optional<Observation>> latest;
  private final Supplier<RefreshStatus> status;
  private final StatusPage page;
  private final LatestText html;

  StatusHandler(
      ServerOptions options,
      Supplier<Optional<Observation>> latest,
      Supplier<RefreshStatus> status,
      HeldBytes held) {
    this.html = new LatestText("text/html; charset=utf-8", held);
    this.latest = latest;
    this.status = status;
    this.page =
        new StatusPage(
            new StatusPage.About(
                options.build().version(),
                options.build().revision(),
                options.telemetryPath(),
                HostName.read(),
                options.plan()));
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    HEADERS.forEach(
        (name, value) -> {
          if (!headers.containsKey(name)) {
            headers.set(name, value);
          }
        });
    PageQuery query = PageQuery.of(QueryParameters.of(exchange));
    html.answer(exchange, () -> source(query));
  }

  private LatestText.Source source(PageQuery query) {
    Optional<Observation> seen = latest.get();
    var shown = new Shown(status.get(), query);
    return new LatestText.Source(seen, shown, out -> write(seen, shown, out));
  }

  /// What the page is made of beside the observation.
  private record Shown(RefreshStatus status, PageQuery query) {}

  private void write(Optional<Observation> seen, Shown shown, OutputStream out) throws IOException {
    var writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    page.write(seen, shown.status(), shown.query(), writer);
    writer.flush();
  }
}
