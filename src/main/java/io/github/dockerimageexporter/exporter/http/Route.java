package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.HttpHandler;
import io.github.dockerimageexporter.exporter.answer.HttpAnswer;
import java.util.List;

/// What answers at a path, and to which methods.
record Route(List<String> methods, HttpHandler handler) {

  /// Something to read. The handler answers a HEAD too, without a body.
  static Route get(HttpHandler handler) {
    return new Route(List.of("GET", "HEAD"), handler);
  }

  /// Something to do, unless a page of another site wants it done.
  static Route post(HttpHandler handler) {
    return new Route(
        List.of("POST"),
        exchange -> {
          if (CrossSite.sent(exchange.getRequestHeaders())) {
            HttpAnswer.line(exchange, 403, "refused: cross-site request");
          } else {
            handler.handle(exchange);
          }
        });
  }
}
