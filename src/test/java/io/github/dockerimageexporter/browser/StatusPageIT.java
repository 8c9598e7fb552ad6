package io.github.dockerimageexporter.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.bench.LargeStore;
import io.github.dockerimageexporter.browser.Tab.Look;
import io.github.dockerimageexporter.engine.Requirement;
import io.github.dockerimageexporter.engine.Requires;
import io.github.dockerimageexporter.exporter.ExporterServer;
import io.github.dockerimageexporter.exporter.LayerOptions;
import io.github.dockerimageexporter.exporter.ServerOptions;
import io.github.dockerimageexporter.exporter.StoreFixture;
import io.github.dockerimageexporter.exporter.Statuses;
import io.github.dockerimageexporter.refresh.Observation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The status page as a real browser shows it. The pictures stay in `target/screenshots`.
@Requires(Requirement.CHROMIUM)
class StatusPageIT {
  private static final Look DESKTOP = new Look("desktop", 1280, 900, 1, false, false);
  private static final Path PICTURES = Path.of("target/screenshots");

  @TempDir private static Path home;
  private static final AtomicReference<Optional<Observation>> SEEN = new AtomicReference<>();
  private static Browser browser;
  private static ExporterServer server;
  private Tab tab;

  @BeforeAll
  static void startBoth() throws IOException {
    browser = new Browser(home);
    server =
        new ExporterServer(
            new ServerOptions(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "/metrics",
                LayerOptions.DEFAULT,
                Statuses.BUILD,
                Optional.empty()),
            SEEN::get,
            Statuses::good,
            () -> {});
    server.start();
  }

  @AfterAll
  static void stopBoth() throws IOException {
    server.close(Duration.ZERO);
    browser.close();
  }

  @BeforeEach
  void openTab() throws IOException, InterruptedException {
    tab = browser.open();
    tab.lookAs(DESKTOP);
  }

  /// Whatever was done with the page, nothing was asked for but the page, and nothing complained.
  @AfterEach
  void nothingWasComplainedOf() {
    assertThat(tab.complaints()).isEmpty();
    assertThat(tab.requests()).allMatch(address -> address.equals(uri("").toString()));
    tab.close();
  }

  static List<Look> looks() {
    return List.of(
        DESKTOP,
        new Look("desktop-dark", 1280, 900, 1, false, true),
        new Look("phone", 390, 844, 2, true, false),
        new Look("phone-dark", 390, 844, 2, true, true));
  }

  @ParameterizedTest
  @MethodSource("looks")
  void pageFitsTheScreenAndIsPhotographed(Look look) throws IOException, InterruptedException {
    tab.lookAs(look);
    show(Stores.damaged());

    assertThat(tab.evaluate("document.documentElement.scrollWidth").intValue())
        .isLessThanOrEqualTo(look.width());
    tab.photograph(PICTURES.resolve("status-" + look.name() + ".png"), 0);
  }

  @Test
  void headlineSaysThatNotEveryChainHolds() throws IOException, InterruptedException {
    show(Stores.damaged());

    assertThat(tab.text("document.querySelector('h1').textContent"))
        .isEqualTo("Not every chain holds");
  }

  private void show(Observation seen) throws IOException, InterruptedException {
    SEEN.set(Optional.of(seen));
    tab.go(uri(""));
  }

  private static URI uri(String fragment) {
    return URI.create("http://127.0.0.1:" + server.port() + "/" + fragment);
  }
}
