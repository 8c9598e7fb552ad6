package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.github.dockerimageexporter.exporter.answer.HttpAnswer;
import io.github.dockerimageexporter.web.WebAccess;
import io.github.dockerimageexporter.web.access.Admission;
import io.github.dockerimageexporter.web.access.Admission.Refusal;
import java.io.IOException;
import java.util.Optional;

/// Lets those requests through that the web configuration admits, and answers the others itself.
final class AccessFilter extends Filter {
  private final WebAccess access;

  AccessFilter(WebAccess access) {
    this.access = access;
  }

  @Override
  public String description() {
    return "web configuration";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    Admission admission = admission(exchange);
    admission.headers().forEach(exchange.getResponseHeaders()::set);
    if (admission.refusal().isEmpty()) {
      chain.doFilter(exchange);
      return;
    }
    try (exchange) {
      Refusal refusal = admission.refusal().get();
      refusal.headers().forEach(exchange.getResponseHeaders()::set);
      HttpAnswer.line(exchange, refusal.status(), refusal.line());
    }
  }

  private Admission admission(HttpExchange exchange) throws IOException {
    try {
      return access.admit(
          Router.path(exchange),
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
          exchange.getRemoteAddress().getAddress().getHostAddress());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a password was checked", interrupted);
    }
  }
}
