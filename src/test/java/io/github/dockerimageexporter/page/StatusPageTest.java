package io.github.dockerimageexporter.page;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.bench.LargeStore;
import io.github.dockerimageexporter.exporter.http.Statuses;
import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.page.StatusPage.About;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusPageTest {
  private static final Pattern HEADLINE =
      Pattern.compile("<h1>(.*?) <span class=\"host\">on host-1</span></h1><p>(.*?)</p>");
  private static final Pattern RUNBOOK = Pattern.compile("runbook_url: (\\S+/problems\\.md)#");
  /// What a phone loads in a second or two: 200 KiB.
  private static final int MOST_CHARACTERS = 200 << 10;

  private final StatusPage page =
      new StatusPage(
          new About("1.2.3", "abc123", "/metrics", "host-1", new PlanCommand(List.of())));

  @Test
  void soundStoreSaysThatAllImagesAreIntact() {
    assertThat(verdict(shop().observation()))
        .containsExactly("All images intact", "1 image and 2 layers checked, no inconsistencies.");
  }

  @Test
  void headlineOfABrokenChainCountsTheDamagedImages() {
    assertThat(verdict(shop().withoutContent(chain("base")).observation()))
        .containsExactly(
            "1 of 1 image is damaged", "1 problem makes images or containers unusable.");
  }

  @Test
  void adviceHasTheCommandsToCopy() {
    Observation seen = shop().withoutContent(chain("base")).observation();

    assertThat(text(Optional.of(seen), Statuses.good()))
        .contains(
            "<dt>Repair</dt><dd><code>docker-image-exporter check --plan</code></dd>"
                + "<dt>Explain</dt><dd><code>docker-image-exporter explain"
                + " layer_directory_missing</code></dd>");
  }

  /// On a narrow screen the style sheet names each number, since the head of the table is not
  /// shown.
  @ParameterizedTest
  @ValueSource(strings = {"images", "layers"})
  void numbersOfATableAreNamedAlikeOnEveryScreen(String table) {
    String text = text(shop().observation());
    String head = text.substring(text.indexOf("<table class=\"" + table));
    List<String> heads =
        Pattern.compile("<th scope=\"col\" class=\"n?\"><a [^>]*>(.*?)</a></th>")
            .matcher(head.substring(0, head.indexOf("</thead>")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(
            Pattern.compile("\\.%s td:nth-child\\((\\d+)\\)::before .*?\"(.*?)\"".formatted(table))
                .matcher(EmbeddedFile.read("status.css").text())
                .results()
                .map(found -> found.group(1) + " " + found.group(2)))
        .containsExactlyElementsOf(
            IntStream.range(0, heads.size())
                .filter(
                    i -> !List.of("Image", "Layer", "Chain", "Shared by").contains(heads.get(i)))
                .mapToObj(i -> i + 1 + " " + heads.get(i))
                .toList());
  }

  @Test
  void problemOfNoImageIsNotCalledADamagedImage() {
    assertThat(verdict(shop().reference("gone:1", "gone").observation()))
        .containsExactly(
            "Images intact, but the store is damaged",
            "1 problem makes images or containers unusable. No image is affected.");
  }

  @Test
  void unreadablePartIsNotGoodNews() {
    assertThat(verdict(shop().unknown(StorePart.MOUNTS).observation()))
        .containsExactly(
            "All readable images intact",
            "1 path could not be read, so damage there goes unnoticed.");
  }

  @Test
  void emptyStoreSaysSo() {
    assertThat(verdict(new StoreFixture().observation()))
        .containsExactly("No images", "The store is empty.");
  }

  @Test
  void storeLeftBehindSaysSoAndWhatItContains() {
    Observation seen =
        StoreFixture.observation(
            shop().use(StoreUse.LEFT_BEHIND), new StoreFixture("vfs").use(StoreUse.IN_USE));

    assertThat(text(Optional.of(seen), Statuses.good()))
        .contains("dockerd no longer uses the overlay2 store. It still contains ")
        .doesNotContain("dockerd no longer uses the vfs store");
  }

  @Test
  void whatIsNotReadIsNamed() {
    Observation shop = shop().observation();
    var seen =
        new Observation(
            shop.dataRoot(),
            shop.state(),
            shop.detail(),
            shop.checkedAt(),
            shop.stores(),
            Map.of("image/<notes>", "not a directory"));

    assertThat(text(Optional.of(seen), Statuses.good()))
        .contains("Not read: <code>image/&lt;notes&gt;</code>, not a directory.");
  }

  @ParameterizedTest
  @CsvSource({
    "CONTAINERD, Images are stored in containerd",
    "EMPTY, No image store",
    "MISSING, Data root not found",
    "UNREADABLE, The data root cannot be read"
  })
  void rootWithoutAStoreSaysWhy(DataRootState state, String headline) {
    var seen =
        new Observation(
            StoreFixture.DATA_ROOT, state, "the <reason>", StoreFixture.NOON, List.of(), Map.of());

    assertThat(verdict(seen))
        .satisfiesExactly(
            said -> assertThat(said).isEqualTo(headline),
            said ->
                assertThat(said)
                    .isEqualTo(
                        StoreFixture.DATA_ROOT + ": the &lt;reason&gt;. Nothing was checked."));
  }

  @Test
  void beforeTheFirstScanNothingIsClaimed() {
    assertThat(headline(text(Optional.empty(), Statuses.beforeTheFirstScan())).getFirst())
        .isEqualTo("Not scanned yet");
  }

  @Test
  void failedScanIsShownAboveTheLastSuccessfulOne() {
    assertThat(text(Optional.of(shop().observation()), failed()))
        .contains("The last scan failed; this page shows the last successful one.");
  }

  @Test
  void alertsAndPageLinkToTheSameExplanations() throws IOException {
    assertThat(
            RUNBOOK.matcher(Files.readString(Path.of("deploy/prometheus/alerts.yaml"))).results())
        .isNotEmpty()
        .map(found -> found.group(1))
        .containsOnly(ProblemSection.EXPLANATIONS);
  }

  @Test
  void imageAndLayerHaveTheirDigestAsAnchor() {
    var store = shop();

    assertThat(text(store.observation()))
        .containsOnlyOnce("id=\"" + StoreFixture.imageId("app") + "\"")
        .containsOnlyOnce("id=\"" + chain("base", "app") + "\"");
  }

  @Test
  void storesHaveAnchorsOfTheirOwn() {
    var other = new StoreFixture("vfs");
    other.image("app", "base:100", "app:20");

    assertThat(text(StoreFixture.observation(shop(), other)))
        .containsOnlyOnce("id=\"" + StoreFixture.imageId("app") + "\"")
        .containsOnlyOnce("id=\"vfs/" + StoreFixture.imageId("app") + "\"");
  }

  @Test
  void nothingInThePageNeedsAnInlineStyleOrHandler() {
    assertThat(text(shop().withoutContent(chain("base")).observation()))
        .doesNotContain(" style=")
        .doesNotContainPattern(" on[a-z]+=");
  }

  @Test
  void longChainIsFoldedAwayFromTheBreak() {
    var store = new StoreFixture();
    store.image(
        "deep", IntStream.range(0, 100).mapToObj(i -> "l" + i + ":10").toArray(String[]::new));
    store.withoutContent(
        chain(IntStream.rangeClosed(0, 49).mapToObj(i -> "l" + i).toArray(String[]::new)));

    assertThat(
            Pattern.compile("<li class=\"([^\"]*)\"><span class=\"height\">(\\d*)</span>")
                .matcher(text(store.observation()))
                .results()
                .map(found -> found.group(1) + " " + found.group(2)))
        .containsExactly(
            "on-broken ",
            "on-broken 100",
            "on-broken fold ",
            "on-broken 51",
            "broken 50",
            "intact 49",
            "intact fold ",
            "intact 1");
  }

  @Test
  void firstScreenOfALargeStoreIsSmall() {
    String text = text(LargeStore.observe(3_000, 10));

    assertThat(text)
        .contains("<output>1–100 of 3,000</output>")
        .contains("<output>1–100 of 30,000</output>")
        .hasSizeLessThan(MOST_CHARACTERS);
  }

  @Test
  void storeFullOfProblemsIsCutShortAndSaysSo() {
    var store = new StoreFixture();
    for (int i = 0; i < 1_000; i++) {
      store.image("app" + i, "base" + i + ":1", "app" + i + ":1");
      store.withoutContent(chain("base" + i));
    }

    assertThat(text(store.observation()))
        .contains("× 1,000")
        .contains("975 more problems of this kind are not shown; the report lists all.")
        .hasSizeLessThan(MOST_CHARACTERS);
  }

  private static StoreFixture shop() {
    var store = new StoreFixture();
    store.image("app", "base:100", "app:20");
    return store;
  }

  private List<String> verdict(Observation seen) {
    return headline(text(seen));
  }

  private static List<String> headline(String text) {
    return HEADLINE
        .matcher(text)
        .results()
        .findFirst()
        .map((MatchResult found) -> List.of(found.group(1), found.group(2)))
        .orElseThrow();
  }

  private String text(Observation seen) {
    return text(Optional.of(seen), Statuses.good());
  }

  private String text(Optional<Observation> seen, RefreshStatus status) {
    var text = new StringBuilder();
    page.write(seen, status, PageQuery.NONE, text);
    return text.toString();
  }

  private static RefreshStatus failed() {
    return new RefreshStatus(
        Optional.empty(),
        Optional.of(false),
        Optional.of(StoreFixture.NOON),
        Optional.of(Duration.ofMillis(3)),
        2,
        1,
        true,
        0,
        0,
        0,
        0);
  }
}
