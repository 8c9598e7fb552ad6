package io.github.dockerimageexporter.exporter.answer;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A complete answer of known length; without its body if the request is a HEAD.
public final class HttpAnswer {
  private static final int NO_BODY = -1;

  private HttpAnswer() {}

  /// Answers with one line of plain text.
  public static void line(HttpExchange exchange, int status, String line) throws IOException {
    text(exchange, status, "text/plain; charset=utf-8", line + "\n");
  }

  static void text(HttpExchange exchange, int status, String contentType, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    bytes(exchange, status, contentType, body.length, out -> out.write(body));
  }

  /// Answers with a body of known length.
  ///
  /// @param length of what `body` writes
  public static void bytes(
      HttpExchange exchange, int status, String contentType, long length, Body body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", contentType);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
      exchange.sendResponseHeaders(status, NO_BODY);
      return;
    }
    // To the JDK's server, 0 says that the length is not known.
    exchange.sendResponseHeaders(status, length == 0 ? NO_BODY : length);
    try (OutputStream out = exchange.getResponseBody()) {
      body.writeTo(out);
    }
  }

  /// What writes itself.
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }
}
