package io.github.dockerimageexporter.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.browser.Tab.Look;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.exporter.http.ExporterServer;
import io.github.dockerimageexporter.exporter.http.ServerOptions;
import io.github.dockerimageexporter.exporter.http.Statuses;
import io.github.dockerimageexporter.exporter.metrics.CollectorOptions;
import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.page.words.PlanCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The status page as a real browser shows it. The pictures stay in `target/screenshots`.
@Requires(Requirement.CHROMIUM)
class StatusPageIT {
  private static final Look DESKTOP = new Look("desktop", 1280, 900, 1, false, false);

  /// The least width without scrolling sideways that WCAG 2.2 asks for (1.4.10).
  private static final Look NARROWEST = new Look("narrowest", 320, 640, 2, true, false);

  /// Texts whose colour differs from what is behind them by less than WCAG 2.2 asks for (AA).
  private static final String CONTRAST =
      """
      (() => {
        const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
        const rgb = (colours) => {
          canvas.clearRect(0, 0, 1, 1);
          for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
          return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        };
        const luminance = (colour) => {
          const [r, g, b] = colour.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const low = new Set();
        for (const element of document.querySelectorAll('body *:not(script)')) {
          const text = [...element.childNodes].some((it) => it.nodeType === 3 && it.data.trim());
          if (!text || !element.checkVisibility()) continue;
          const behind = [];
          for (let it = element; it; it = it.parentElement) behind.unshift(getComputedStyle(it).backgroundColor);
          const a = luminance(rgb(['white', ...behind]));
          const b = luminance(rgb(['white', ...behind, getComputedStyle(element).color]));
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) low.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
        }
        return [...low];
      })()
      """;

  private static final Path PICTURES = Path.of("target/screenshots");

  @TempDir private static Path home;
  private static final AtomicReference<Situation> SITUATION =
      new AtomicReference<>(Situation.SOUND);
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
                CollectorOptions.DEFAULT,
                Statuses.BUILD,
                Optional.empty(),
                new PlanCommand(List.of())),
            SEEN::get,
            () -> SITUATION.get().status(),
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
        new Look("phone-dark", 390, 844, 2, true, true),
        NARROWEST);
  }

  static Stream<Arguments> situations() {
    return Arrays.stream(Situation.values())
        .flatMap(situation -> looks().stream().map(look -> arguments(situation, look)));
  }

  @ParameterizedTest
  @MethodSource("situations")
  void pageFitsTheScreenAndIsPhotographed(Situation situation, Look look)
      throws IOException, InterruptedException {
    tab.lookAs(look);
    show(situation);

    List<String> beyond =
        texts(
            "document.querySelectorAll('body *')",
            "it.getBoundingClientRect().right > %d ? it.outerHTML.slice(0, 80) : ''"
                .formatted(look.width()));
    beyond.removeIf(String::isEmpty);
    assertThat(tab.evaluate("document.documentElement.scrollWidth").intValue())
        .as("with %s beyond the edge", beyond)
        .isLessThanOrEqualTo(look.width());
    String name = "status-%s-%s.png".formatted(situation.label(), look.name());
    tab.photograph(PICTURES.resolve(name), situation == Situation.LARGE ? look.height() : 0);
  }

  @Test
  void headlineCountsTheDamagedImages() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    assertThat(tab.text("document.querySelector('h1').firstChild.textContent.trim()"))
        .isEqualTo("4 of 8 images are damaged");
  }

  @Test
  void chainIsDrawnFromTheImageDownWithTheBreakMarked() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    assertThat(
            texts(
                "document.querySelectorAll('#layer_directory_missing .chain li')",
                "it.className + ': ' + it.querySelector('.state').textContent"))
        .containsExactly(
            "on-broken: damaged",
            "on-broken: depends on the broken layer",
            "broken: layer directory missing",
            "intact: intact",
            "intact: intact");
  }

  @Test
  void filterLeavesTheRowsWithEveryWord() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    tab.evaluate("document.querySelector('#images input').focus()");
    tab.type("shop UNUSABLE");

    assertThat(shownImages())
        .containsExactly("registry.example/shop:2.4", "registry.example/shop:2.3");
    assertThat(tab.text("document.querySelector('#images output').value")).isEqualTo("2 of 8");
  }

  @Test
  void filterFindsAFullDigest() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    tab.evaluate("document.querySelector('#images input').focus()");
    tab.type(StoreFixture.imageId("redis").toString());

    assertThat(shownImages()).containsExactly("redis:7-bookworm");
  }

  @Test
  void headOfAColumnSortsByItAndThenTheOtherWayRound() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    tab.evaluate("document.querySelectorAll('#images thead button')[4].focus()");
    tab.press("Enter", "\r");
    List<String> largestFirst = shownImages();
    String order = sortOfColumn(4);
    tab.press("Enter", "\r");

    assertThat(largestFirst)
        .startsWith("untagged", "postgres:16", "redis:7-bookworm")
        .endsWith("registry.example/batch:7");
    assertThat(order).isEqualTo("descending");
    assertThat(shownImages()).isEqualTo(largestFirst.reversed());
    assertThat(sortOfColumn(4)).isEqualTo("ascending");
  }

  @Test
  void linkOfAnAlertLeadsToTheImageEvenIfItIsFilteredOut()
      throws IOException, InterruptedException {
    show(Situation.DAMAGED);
    String image = StoreFixture.imageId("redis").toString();
    tab.evaluate("document.querySelector('#images input').focus()");
    tab.type("shop");

    tab.evaluate(
        "new Promise((moved) => { addEventListener('hashchange', () => setTimeout(moved)); location.hash = '#%s'; })"
            .formatted(image));

    assertThat(tab.text("document.querySelector(':target bdi').textContent"))
        .isEqualTo("redis:7-bookworm");
    assertThat(
            tab.evaluate("document.querySelector(':target').getBoundingClientRect().height")
                .doubleValue())
        .isPositive();
  }

  @Test
  void nameOfAnImageIsTextWhateverItSays() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    assertThat(texts("document.querySelectorAll('#images bdi')", "it.textContent"))
        .contains(Stores.HOSTILE_NAME);
    assertThat(
            tab.evaluate("document.querySelectorAll('script').length + document.images.length")
                .intValue())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("looks")
  void everyTextHasEnoughContrast(Look look) throws IOException, InterruptedException {
    tab.lookAs(look);
    for (Situation situation : EnumSet.complementOf(EnumSet.of(Situation.LARGE))) {
      show(situation);

      assertThat(texts(CONTRAST, "it")).as(situation.label()).isEmpty();
    }
  }

  @Test
  void phoneHasButtonsToSortBy() throws IOException, InterruptedException {
    tab.lookAs(NARROWEST);
    show(Situation.DAMAGED);

    tab.evaluate(
        """
        (() => {
          const button = [...document.querySelectorAll('#images thead button')].at(-1);
          const {left, top, width, height} = button.getBoundingClientRect();
          scrollTo(0, top);
          document.elementFromPoint(left + width / 2, button.getBoundingClientRect().top + height / 2).click();
        })()
        """);

    assertThat(sortOfColumn(10)).isEqualTo("descending");
  }

  @Test
  void whatIsWrongIsNamedAtTheTopWithTheWayThere() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    assertThat(
            texts(
                "document.querySelectorAll('.verdict .kinds a')", "it.textContent + ' ' + it.hash"))
        .containsExactly(
            "image config invalid #image_config_invalid",
            "layer directory missing #layer_directory_missing");
  }

  @Test
  void thousandImagesAndTenThousandLayersAreUsable() throws IOException, InterruptedException {
    show(Situation.LARGE);
    tab.evaluate("document.querySelector('#images input').focus()");
    tab.type("app-99");
    tab.evaluate("document.querySelectorAll('#layers thead button')[2].click()");

    assertThat(tab.text("document.querySelector('#images output').value")).endsWith(" of 1,000");
    assertThat(tab.text("document.querySelector('#layers caption').textContent"))
        .startsWith("1,000 of 10,000 layers: ");
  }

  private List<String> shownImages() throws IOException, InterruptedException {
    return texts(
        "document.querySelectorAll('#images tbody tr:not([hidden])')",
        "it.querySelector('th').firstChild.textContent");
  }

  private String sortOfColumn(int column) throws IOException, InterruptedException {
    return tab.text(
        "document.querySelectorAll('#images thead th')[%d].getAttribute('aria-sort')"
            .formatted(column));
  }

  /// @param value of each of `elements`, as `it`
  private List<String> texts(String elements, String value)
      throws IOException, InterruptedException {
    var texts = new ArrayList<String>();
    for (JsonNode text : tab.evaluate("[...%s].map((it) => %s)".formatted(elements, value))) {
      texts.add(text.asText());
    }
    return texts;
  }

  private void show(Situation situation) throws IOException, InterruptedException {
    SITUATION.set(situation);
    SEEN.set(situation.seen());
    tab.go(uri(""));
  }

  private static URI uri(String fragment) {
    return URI.create("http://127.0.0.1:" + server.port() + "/" + fragment);
  }
}
