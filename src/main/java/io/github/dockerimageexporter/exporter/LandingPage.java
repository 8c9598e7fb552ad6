package io.github.dockerimageexporter.exporter;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;

/// Says what this is, and where the metrics are.
final class LandingPage implements HttpHandler {
  private final String page;

  LandingPage(String version, String telemetryPath) {
    this.page =
        """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>docker-image-exporter</title></head>
        <body>
        <h1>docker-image-exporter</h1>
        <p>Prometheus exporter for Docker's image store. Version %s.</p>
        <ul>
        <li><a href="%s">Metrics</a></li>
        <li><a href="/-/healthy">Healthy</a></li>
        <li><a href="/-/ready">Ready</a></li>
        </ul>
        </body>
        </html>
        """
            .formatted(escape(version), escape(telemetryPath));
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Answer.text(exchange, 200, "text/html; charset=utf-8", page);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
