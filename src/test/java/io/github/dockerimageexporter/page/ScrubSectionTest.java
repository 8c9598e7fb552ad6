package io.github.dockerimageexporter.page;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.NOON;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.exporter.metrics.StoreFixture;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.observation.ScrubState.Background;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.Parts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScrubSectionTest {
  private static final String NOON_ELEMENT =
      "<time datetime=\"2026-01-01T12:00:00Z\">2026-01-01 12:00:00 UTC</time>";
  private static final ScrubTally SHAPE =
      new ScrubTally(Depth.SHAPE, 1200, 100, 0, 0, Map.of(), 0, Optional.of(NOON));
  private static final ScrubTally CONTENT =
      new ScrubTally(
          Depth.CONTENT,
          4,
          50,
          700,
          1,
          Map.of("its tar has <sparse> files", List.of(chain("a"))),
          1194,
          Optional.empty());

  private final StoreFixture store = new StoreFixture();

  @Test
  void eachDepthIsARowOfItsStates() {
    assertThat(section(new ScrubState(List.of(SHAPE, CONTENT), Optional.empty())))
        .contains(
            row("Shape", "1,200", "0", "0", "0", NOON_ELEMENT),
            row("Content", "4", "1", "1", "1,194", "not yet"))
        .contains("1 layer cannot be verified (content): its tar has &lt;sparse&gt; files.");
  }

  @Test
  void aScrubThatGoesOnSaysHowFarItIs() {
    var going =
        new Background(
            3 << 20, false, Optional.empty(), Parts.ofChains(Map.of(chain("base"), NOON)));

    assertThat(section(new ScrubState(List.of(SHAPE, CONTENT), Optional.of(going))))
        .contains(
            "Layers are being compared. 3.146MB of content read since the start. Oldest"
                + " verification of content: "
                + NOON_ELEMENT
                + ".");
  }

  @Test
  void aScrubThatIsDoneSaysWhenItGoesOn() {
    Instant next = NOON.plus(Duration.ofHours(3));
    var done = new Background(0, false, Optional.of(next), Parts.ofChains(Map.of()));

    assertThat(section(new ScrubState(List.of(SHAPE), Optional.of(done))))
        .contains("All layers have been compared. Next layer: 2026-01-01 15:00:00 UTC.");
  }

  @Test
  void whatCannotBeVerifiedIsNotCompared() {
    var done = new Background(0, false, Optional.empty(), Parts.ofChains(Map.of()));
    var none = Map.of("there is no record of its tar", List.of(chain("a")));
    var some = new ScrubTally(Depth.SHAPE, 4, 50, 700, 1, none, 0, Optional.empty());
    var nothing = new ScrubTally(Depth.SHAPE, 0, 0, 0, 0, none, 0, Optional.empty());

    assertThat(section(new ScrubState(List.of(some, nothing), Optional.of(done))))
        .contains("All layers that can be verified have been compared.");
    assertThat(section(new ScrubState(List.of(nothing), Optional.of(done))))
        .contains("None of the layers can be verified.");
  }

  @Test
  void aPauseIsSaid() {
    var paused = new Background(0, true, Optional.empty(), Parts.ofChains(Map.of()));

    assertThat(section(new ScrubState(List.of(SHAPE), Optional.of(paused))))
        .contains("Paused while layers are being pulled or built.");
  }

  @Test
  void withoutAScrubThereIsNoSection() {
    assertThat(section(ScrubState.NONE)).isEmpty();
  }

  private String section(ScrubState state) {
    store.image("app:1", "base:100");
    var out = new StringBuilder();
    var views =
        store.scrubbed(state).observation().stores().stream()
            .map(observed -> new StoreView(observed, ""))
            .toList();
    new ScrubSection(new Html(out), views).write();
    return out.toString();
  }

  private static String row(
      String depth,
      String verified,
      String unverifiable,
      String corrupt,
      String pending,
      String complete) {
    return "<tr><th scope=\"row\">%s</th>%s%s%s%s<td class=\"n\">%s</td></tr>"
        .formatted(
            depth, cell(verified), cell(unverifiable), cell(corrupt), cell(pending), complete);
  }

  private static String cell(String text) {
    return "<td class=\"n\">%s</td>".formatted(text);
  }
}
