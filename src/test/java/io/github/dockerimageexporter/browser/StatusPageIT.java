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
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Inventory;
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
import org.awaitility.Awaitility;
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
    assertThat(tab.requests()).allMatch(address -> address.startsWith(uri("").toString()));
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
  void searchLeavesTheRowsWithEveryWord() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    find("images", "shop UNUSABLE");

    assertThat(shownImages())
        .containsExactly("registry.example/shop:2.4", "registry.example/shop:2.3");
    assertThat(tab.text("document.querySelector('#images output').value"))
        .isEqualTo("2 found of 8");
    assertThat(tab.text("document.querySelector('#images input[type=search]').value"))
        .isEqualTo("shop UNUSABLE");
  }

  @Test
  void searchFindsAFullDigest() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    find("images", StoreFixture.imageId("redis").toString());

    assertThat(shownImages()).containsExactly("redis:7-bookworm");
  }

  @Test
  void searchInOneTableIsKeptByASearchInAnother() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    find("images", "redis");
    find("layers", "redis");

    assertThat(shownImages()).containsExactly("redis:7-bookworm");
    assertThat(tab.text("document.querySelector('#layers output').value")).contains(" found of ");
  }

  @Test
  void headOfAColumnSortsByItAndThenTheOtherWayRound() throws IOException, InterruptedException {
    show(Situation.DAMAGED);

    sortBy(4);
    List<String> largestFirst = shownImages();
    String order = sortOfColumn(4);
    sortBy(4);

    assertThat(largestFirst)
        .startsWith("untagged", "postgres:16", "redis:7-bookworm")
        .endsWith("registry.example/batch:7");
    assertThat(order).isEqualTo("descending");
    assertThat(shownImages()).isEqualTo(largestFirst.reversed());
    assertThat(sortOfColumn(4)).isEqualTo("ascending");
  }

  @Test
  void linkOfAnAlertLeadsToTheImageEvenIfASearchLeftItOut()
      throws IOException, InterruptedException {
    show(Situation.DAMAGED);
    find("images", "shop");

    tab.evaluate("location.hash = '#%s'".formatted(StoreFixture.imageId("redis")));

    awaitTarget("redis:7-bookworm");
  }

  @Test
  void linkOfAnAlertLeadsToTheImageEvenIfItIsOnAnotherPage()
      throws IOException, InterruptedException {
    SITUATION.set(Situation.LARGE);
    Observation large = Situation.LARGE.seen().orElseThrow();
    SEEN.set(Optional.of(large));
    ImageId last = large.stores().getFirst().store().imageIds().toList().getLast();
    String name = new Inventory(large.stores().getFirst()).namesOf(last).getFirst();

    tab.go(uri("#" + last));

    awaitTarget(name);
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
  void phoneHasLinksToSortBy() throws IOException, InterruptedException {
    tab.lookAs(NARROWEST);
    show(Situation.DAMAGED);

    tab.evaluate(
        """
        (() => {
          const link = [...document.querySelectorAll('#images thead a')].at(-1);
          scrollTo(0, link.getBoundingClientRect().top);
          const {left, top, width, height} = link.getBoundingClientRect();
          document.elementFromPoint(left + width / 2, top + height / 2).focus();
        })()
        """);
    tab.enter();

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
    find("images", "app/a");
    sortBy(2);
    tab.evaluate("document.querySelector('#layers .pages a').focus()");
    tab.enter();

    assertThat(tab.text("document.querySelector('#images output').value"))
        .endsWith(" found of 1,000");
    assertThat(tab.text("document.querySelector('#layers output').value"))
        .isEqualTo("101–200 of 10,000");
  }

  /// Writes `words` into the search of a table.
  private void find(String table, String words) throws IOException, InterruptedException {
    tab.evaluate("document.querySelector('#%s input[type=search]').focus()".formatted(table));
    tab.type(words);
    tab.enter();
  }

  private void sortBy(int column) throws IOException, InterruptedException {
    tab.evaluate("document.querySelectorAll('#images thead a')[%d].focus()".formatted(column));
    tab.enter();
  }

  /// Waits until the page shows the row that its address leads to.
  private void awaitTarget(String name) {
    Awaitility.await(name)
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(
            () ->
                tab.text("document.querySelector('tr:target bdi')?.textContent ?? ''").equals(name)
                    && tab.evaluate(
                                "document.querySelector(':target').getBoundingClientRect().height")
                            .doubleValue()
                        > 0);
  }

  private List<String> shownImages() throws IOException, InterruptedException {
    return texts(
        "document.querySelectorAll('#images tbody tr')",
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
