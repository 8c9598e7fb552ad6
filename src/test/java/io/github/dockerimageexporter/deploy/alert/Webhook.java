package io.github.dockerimageexporter.deploy.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Who is paged: a receiver of Alertmanager's webhooks that keeps all it is told.
public final class Webhook implements AutoCloseable {
  private static final int NO_BODY = -1;

  private final HttpServer server;
  private final List<JsonNode> alerts = new CopyOnWriteArrayList<>();

  private Webhook(HttpServer server) {
    this.server = server;
  }

  public static Webhook start() throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var webhook = new Webhook(HttpServer.create(address, 0));
    webhook.server.createContext("/", webhook::receive);
    webhook.server.start();
    return webhook;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /// Every alert of every notification so far, in order: `status`, `labels`, `annotations`.
  public List<JsonNode> alerts() {
    return List.copyOf(alerts);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode notification = new JsonMapper().readTree(exchange.getRequestBody());
      notification.get("alerts").forEach(alerts::add);
      exchange.sendResponseHeaders(200, NO_BODY);
    }
  }
}
