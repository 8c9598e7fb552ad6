package io.github.dockerimageexporter.page;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.page.HealthVerdict.Tone;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The answer at the top: whether the images are intact, what is wrong, and how old that is.
final class VerdictSection {
  private final Html html;
  private final String host;
  private final List<StoreView> stores;

  VerdictSection(Html html, String host, List<StoreView> stores) {
    this.html = html;
    this.host = host;
    this.stores = stores;
  }

  void write(Optional<Observation> seen, RefreshStatus status) {
    HealthVerdict verdict = HealthVerdict.of(seen, stores, status);
    html.open("section", "class", "verdict " + verdict.tone().name().toLowerCase(Locale.ROOT));
    html.element("span", signOf(verdict.tone()), "class", "sign", "aria-hidden", "true");
    html.open("div");
    html.open("h1").text(verdict.headline());
    if (!host.isEmpty()) {
      html.text(" ").element("span", "on " + host, "class", "host");
    }
    html.close();
    html.element("p", verdict.sentence());
    writeKinds();
    html.open("p", "class", "scanned");
    seen.ifPresent(
        it -> {
          html.element("code", it.dataRoot().toString()).text(" · last scan ");
          StatusPage.time(html, status.lastSuccess().orElse(it.checkedAt()));
        });
    html.close();
    if (seen.isPresent() && !status.lastSucceeded().orElse(true)) {
      html.element(
          "p", "The last scan failed; this page shows the last successful one.", "class", "stale");
    }
    html.close().close();
  }

  /// What is wrong by its names, each with the way to its section.
  private void writeKinds() {
    Map<Kind, Long> kinds =
        stores.stream()
            .flatMap(view -> view.report().findings().stream())
            .filter(StoreView::isHarmful)
            .collect(
                groupingBy(
                    finding -> finding.problem().kind(),
                    () -> new EnumMap<>(Kind.class),
                    counting()));
    if (kinds.isEmpty()) {
      return;
    }
    html.open("ul", "class", "kinds", "aria-label", "What is wrong");
    kinds.forEach(
        (kind, count) -> {
          String name = DisplayNames.of(kind) + (count > 1 ? " × " + Numbers.format(count) : "");
          String style = "pill " + kind.impact().label();
          html.open("li").element("a", name, "class", style, "href", "#" + kind.label()).close();
        });
    html.close();
  }

  private static String signOf(Tone tone) {
    return switch (tone) {
      case GOOD -> "✓";
      case BAD -> "✕";
      case DOUBT -> "?";
      case NEUTRAL -> "–";
    };
  }
}
