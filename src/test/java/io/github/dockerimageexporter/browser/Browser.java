package io.github.dockerimageexporter.browser;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Requirement;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A headless Chromium of its own profile, driven over the DevTools protocol.
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Daemon chromium;
  private final int port;

  /// @param home an empty directory for its profile and its log
  Browser(Path home) throws IOException {
    Path profile = home.resolve("profile");
    this.chromium =
        Daemon.start(
            home.resolve("chromium.log"),
            List.of(
                "env",
                "HOME=" + home,
                Requirement.CHROMIUM.file().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + profile,
                "about:blank"));
    Path active = profile.resolve("DevToolsActivePort");
    chromium.awaitReady(() -> Files.readAllLines(active).size() == 2);
    this.port = Integer.parseInt(Files.readAllLines(active).getFirst());
  }

  /// Opens a new tab, still empty.
  Tab open() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new"))
            .PUT(BodyPublishers.noBody());
    String tab = client.send(request.build(), BodyHandlers.ofString()).body();
    String address = new JsonMapper().readTree(tab).required("webSocketDebuggerUrl").textValue();
    return new Tab(client, URI.create(address), PATIENCE);
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> children = chromium.handle().descendants().toList();
    chromium.close();
    for (ProcessHandle child : children) {
      child.destroyForcibly(); // They go on writing to the profile.
      child.onExit().join();
    }
    client.close();
  }
}
