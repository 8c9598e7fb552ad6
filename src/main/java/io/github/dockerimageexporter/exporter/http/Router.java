package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.github.dockerimageexporter.exporter.answer.HttpAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the route of a request by its exact path, and sees to it that there is an answer.
///
/// | status | when                                   |
/// |--------|----------------------------------------|
/// | 404    | no route has the path                  |
/// | 405    | the route does not take the method     |
/// | 500    | the handler failed                     |
/// | 503    | too many requests are being answered   |
final class Router implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  private final Map<String, Route> routes;
  private final int maxRequests;
  private final Semaphore requests;
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  /// @param maxRequests how many requests are answered side by side
  Router(Map<String, Route> routes, int maxRequests) {
    this.routes = Map.copyOf(routes);
    this.maxRequests = maxRequests;
    this.requests = new Semaphore(maxRequests);
  }

  /// Waits until no request is under way, for `limit` at most; those that come then are refused.
  void awaitIdle(Duration limit) throws InterruptedException {
    var _ = requests.tryAcquire(maxRequests, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!requests.tryAcquire()) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        HttpAnswer.line(exchange, 503, "too many requests at once");
        return;
      }
      try {
        answer(exchange);
      } finally {
        requests.release();
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    Route route = routes.get(path(exchange));
    if (route == null) {
      HttpAnswer.line(exchange, 404, "no such page");
    } else if (!route.methods().contains(exchange.getRequestMethod())) {
      exchange.getResponseHeaders().set("Allow", String.join(", ", route.methods()));
      HttpAnswer.line(exchange, 405, "expected " + String.join(" or ", route.methods()));
    } else {
      handle(route, exchange);
    }
  }

  /// The path as it was sent: a proxy in front that guards a path guards no other spelling of it.
  static String path(HttpExchange exchange) {
    return exchange.getRequestURI().getRawPath();
  }

  /// A defect, a lack of memory included, is an answer too, if none has been begun. It is logged
  /// when it begins and when it ends.
  private void handle(Route route, HttpExchange exchange) throws IOException {
    String path = path(exchange);
    try {
      route.handler().handle(exchange);
      if (failing.remove(path)) {
        LOG.atInfo().addKeyValue("path", path).log("requests succeed again");
      }
    } catch (RuntimeException | Error failure) {
      if (failing.add(path)) {
        LOG.atError().addKeyValue("path", path).setCause(failure).log("request failed");
      }
      if (exchange.getResponseCode() < 0) {
        HttpAnswer.line(exchange, 500, "internal error, see the log");
      }
    }
  }
}
