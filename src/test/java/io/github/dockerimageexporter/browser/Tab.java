package io.github.dockerimageexporter.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One tab of a browser: where it goes, what it complains of, what it looks like.
///
/// Source: Chrome DevTools Protocol, domains Page, Runtime, Log, Network, Emulation.
final class Tab implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Duration patience;
  private final WebSocket socket;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  /// How a page is looked at.
  record Look(String name, int width, int height, double scale, boolean mobile, boolean dark) {}

  Tab(HttpClient client, URI address, Duration patience) throws IOException, InterruptedException {
    this.patience = patience;
    this.socket = await(client.newWebSocketBuilder().buildAsync(address, new Listener()));
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      send(domain + ".enable", Map.of());
    }
  }

  void lookAs(Look look) throws IOException, InterruptedException {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of(
            "width", look.width(),
            "height", look.height(),
            "deviceScaleFactor", look.scale(),
            "mobile", look.mobile()));
    send(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", look.dark() ? "dark" : "light"))));
  }

  /// Goes to `address`, and returns when the page is loaded.
  void go(URI address) throws IOException, InterruptedException {
    loaded = new CompletableFuture<>();
    send("Page.navigate", Map.of("url", address.toString()));
    await(loaded);
  }

  /// Presses Enter where the focus is, and returns when the page that this leads to is loaded.
  void enter() throws IOException, InterruptedException {
    loaded = new CompletableFuture<>();
    press("Enter", "\r");
    await(loaded);
  }

  /// The value of an expression in the page.
  JsonNode evaluate(String expression) throws IOException, InterruptedException {
    JsonNode answer =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (answer.has("exceptionDetails")) {
      throw new IOException(expression + ": " + answer.get("exceptionDetails"));
    }
    return answer.required("result").path("value");
  }

  String text(String expression) throws IOException, InterruptedException {
    return evaluate(expression).asText();
  }

  /// Types `text` where the focus is.
  void type(String text) throws IOException, InterruptedException {
    send("Input.insertText", Map.of("text", text));
  }

  /// Presses a key and lets it go, such as `Enter`.
  void press(String key, String text) throws IOException, InterruptedException {
    send("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key, "text", text));
    send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
  }

  /// Keeps a picture of the page from its top down to `height`, the whole of it if that is 0.
  void photograph(Path file, int height) throws IOException, InterruptedException {
    JsonNode size =
        evaluate("({width: innerWidth, height: Math.ceil(document.documentElement.scrollHeight)})");
    int shown = height == 0 ? size.required("height").intValue() : height;
    JsonNode picture =
        send(
            "Page.captureScreenshot",
            Map.of(
                "format",
                "png",
                "captureBeyondViewport",
                true,
                "clip",
                Map.of(
                    "x",
                    0,
                    "y",
                    0,
                    "width",
                    size.required("width").intValue(),
                    "height",
                    shown,
                    "scale",
                    1)));
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(picture.required("data").textValue()));
  }

  /// What the console has shown since the tab was opened: errors, warnings, violated policies.
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /// The addresses that were asked for, embedded data apart.
  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
  }

  private JsonNode send(String method, Map<String, ?> parameters)
      throws IOException, InterruptedException {
    int id = lastId.incrementAndGet();
    var answer = new CompletableFuture<JsonNode>();
    answers.put(id, answer);
    String command =
        JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
    await(socket.sendText(command, true));
    JsonNode message = await(answer);
    if (message.has("error")) {
      throw new IOException(method + ": " + message.get("error"));
    }
    return message.required("result");
  }

  private <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IOException("the browser does not answer", failure);
    }
  }

  private void receive(String text) {
    try {
      JsonNode message = JSON.readTree(text);
      if (message.has("id")) {
        CompletableFuture<JsonNode> answer = answers.remove(message.get("id").intValue());
        if (answer != null) {
          answer.complete(message);
        }
      } else {
        note(message.required("method").textValue(), message.required("params"));
      }
    } catch (IOException malformed) {
      complaints.add("not JSON: " + text);
    }
  }

  private void note(String event, JsonNode details) {
    switch (event) {
      case "Page.loadEventFired" -> loaded.complete(null);
      case "Runtime.exceptionThrown" -> complaints.add(details.path("exceptionDetails").toString());
      case "Log.entryAdded" -> complaints.add(details.path("entry").path("text").asText());
      case "Runtime.consoleAPICalled" -> complaints.add(details.path("args").toString());
      case "Network.requestWillBeSent" -> noteRequest(details.path("request").path("url").asText());
      default -> {
        // Of no interest.
      }
    }
  }

  private void noteRequest(String address) {
    if (!address.startsWith("data:")) {
      requests.add(address);
    }
  }

  /// Puts the parts of messages together.
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(
        WebSocket webSocket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        receive(parts.toString());
        parts.setLength(0);
      }
      webSocket.request(1);
      return null;
    }
  }
}
