package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.observation.ScrubState.Background;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.observation.ScrubTally.State;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.Numbers;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// How many layers have the files that are recorded of them, and how far the comparison is.
final class ScrubSection {
  private final Html html;
  private final List<StoreView> stores;

  ScrubSection(Html html, List<StoreView> stores) {
    this.html = html;
    this.stores = stores.stream().filter(view -> !view.scrub().tallies().isEmpty()).toList();
  }

  /// Whether no layers are compared.
  boolean isEmpty() {
    return stores.isEmpty();
  }

  void write() {
    if (isEmpty()) {
      return;
    }
    html.open("section", "id", "scrub", "aria-labelledby", "scrub-title");
    html.element("h2", "Scrub", "id", "scrub-title");
    stores.forEach(this::write);
    html.close();
  }

  private void write(StoreView view) {
    if (stores.size() > 1) {
      html.element("h3", view.driver());
    }
    ScrubState scrub = view.scrub();
    html.open("table", "class", "owners");
    html.element("caption", "Layers whose files were compared with what was recorded of them.");
    Cells.head(
        html,
        Stream.concat(
                Stream.of("Depth", ""),
                Stream.concat(
                    Arrays.stream(State.values())
                        .flatMap(state -> Stream.of(title(state.label()), "n")),
                    Stream.of("Complete", "n")))
            .toArray(String[]::new));
    html.open("tbody");
    scrub.tallies().forEach(this::writeRow);
    html.close().close();
    scrub.tallies().forEach(this::writeReasons);
    scrub.background().ifPresent(background -> writeProgress(scrub, background));
  }

  private void writeRow(ScrubTally tally) {
    html.open("tr").open("th", "scope", "row").text(title(tally.depth().label())).close();
    for (State state : State.values()) {
      Cells.count(html, tally.count(state));
    }
    html.open("td", "class", "n");
    tally.completed().ifPresentOrElse(at -> StatusPage.time(html, at), () -> html.text("not yet"));
    html.close().close();
  }

  /// Why layers cannot be verified, the commonest reason first.
  private void writeReasons(ScrubTally tally) {
    tally.unverifiable().entrySet().stream()
        .sorted((one, other) -> other.getValue().size() - one.getValue().size())
        .forEach(
            reason ->
                html.element(
                    "p",
                    "%s cannot be verified (%s): %s."
                        .formatted(
                            Numbers.count(reason.getValue().size(), "layer"),
                            tally.depth().label(),
                            reason.getKey()),
                    "class",
                    "note"));
  }

  private void writeProgress(ScrubState scrub, Background background) {
    html.open("p", "class", "note");
    html.text(
        background.paused()
            ? "Paused while layers are being pulled or built."
            : progress(scrub.tallies()));
    if (background.bytesRead() > 0) {
      html.text(" " + Bytes.format(background.bytesRead()) + " of content read since the start.");
    }
    Optional<Instant> oldest = background.verifiedAt().values().stream().min(Instant::compareTo);
    oldest.ifPresent(
        at -> {
          html.text(" Oldest verification of content: ");
          StatusPage.time(html, at);
          html.text(".");
        });
    background.next().ifPresent(at -> html.text(" Next layer: " + StatusPage.text(at) + "."));
    html.close();
  }

  private static String progress(List<ScrubTally> tallies) {
    if (tallies.stream().anyMatch(tally -> tally.pending() > 0)) {
      return "Layers are being compared.";
    }
    if (tallies.stream().allMatch(tally -> tally.unverifiableCount() == 0)) {
      return "All layers have been compared.";
    }
    return tallies.stream().allMatch(tally -> tally.verified() + tally.corrupt() == 0)
        ? "None of the layers can be verified."
        : "All layers that can be verified have been compared.";
  }

  private static String title(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
