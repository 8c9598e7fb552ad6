package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.page.words.PlatformWords;
import io.github.dockerimageexporter.repair.ContentFetch;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The platforms of images of which there is more to say than the image's own row does: that it has
/// several, that not all of their content is here, or that they are not unpacked.
///
/// If there are too many, those that are not complete come first.
final class PlatformTable {
  private static final int MOST_ROWS = 500;

  private record Entry(StoreView view, Image image, ImageManifest manifest) {}

  private final Html html;
  private final List<Entry> all;

  PlatformTable(Html html, List<StoreView> stores) {
    this.html = html;
    this.all =
        stores.stream()
            .flatMap(PlatformTable::entries)
            .sorted(Comparator.comparing(entry -> entry.manifest().complete()))
            .toList();
  }

  /// Whether there is nothing to say.
  boolean isEmpty() {
    return all.isEmpty();
  }

  void write() {
    if (all.isEmpty()) {
      return;
    }
    List<Entry> shown = all.subList(0, Math.min(all.size(), MOST_ROWS));
    html.open("section", "id", "platforms", "aria-labelledby", "platforms-title");
    html.element("h2", "Platforms", "id", "platforms-title");
    html.open("table", "class", "platforms");
    html.element("caption", caption(shown.size()));
    SortableCells.head(html, "Image", "", "Content", "", "Unpacked", "", "Layers", "n");
    html.open("tbody");
    shown.forEach(this::writeRow);
    html.close().close().close();
  }

  private static Stream<Entry> entries(StoreView view) {
    return view.store().images().values().stream()
        .filter(image -> image.manifests().stream().anyMatch(one -> isNotable(image, one)))
        .flatMap(
            image ->
                image.manifests().stream()
                    .filter(manifest -> manifest.digest().isPresent())
                    .map(manifest -> new Entry(view, image, manifest)));
  }

  private static boolean isNotable(Image image, ImageManifest manifest) {
    return manifest.digest().isPresent()
        && (image.manifests().size() > 1 || !manifest.complete() || !manifest.unpacked());
  }

  private String caption(int shown) {
    String words =
        "Images with several platforms here, with layers that were not fetched, or that are not"
            + " unpacked. Platforms that were never pulled are not listed.";
    return shown == all.size()
        ? words
        : "%s of %s platforms: incomplete ones first. %s"
            .formatted(Numbers.format(shown), Numbers.format(all.size()), words);
  }

  private void writeRow(Entry entry) {
    ImageManifest manifest = entry.manifest();
    html.open("tr").open("th", "scope", "row");
    html.open("a", "href", "#" + entry.view().anchor(entry.image().id()));
    html.element("bdi", entry.view().nameOf(entry.image().id())).close();
    html.element("span", PlatformWords.name(manifest.platform()), "class", "more");
    html.element("code", StoreView.shortId(manifest.digest().orElseThrow()));
    html.close();
    writeContent(entry);
    writeChain(entry);
    SortableCells.count(html, manifest.rootFs().diffIds().size());
    html.close();
  }

  private void writeContent(Entry entry) {
    ImageManifest manifest = entry.manifest();
    html.open("td").text(PlatformWords.content(manifest));
    if (!manifest.unfetchedLayers().isEmpty()) {
      html.element("span", "Effect: " + PlatformWords.consequence(manifest) + ".", "class", "more");
      ContentFetch.command(entry.view().store(), entry.image(), manifest)
          .ifPresent(
              command ->
                  html.open("span", "class", "more")
                      .text("Fetch with: ")
                      .element("code", command)
                      .close());
    }
    html.close();
  }

  private void writeChain(Entry entry) {
    if (!entry.manifest().unpacked()) {
      html.element("td", "no");
      return;
    }
    Consistency chain =
        entry.manifest().rootFs().chainIds().stream()
            .map((ChainId layer) -> entry.view().consistency().of(layer))
            .min(Comparator.naturalOrder())
            .orElse(Consistency.CONSISTENT);
    html.open("td");
    switch (chain) {
      case CONSISTENT -> html.element("span", "intact", "class", "pill intact");
      case INCONSISTENT -> html.element("span", "damaged", "class", "pill wrong_data");
      case UNKNOWN -> html.element("span", "unknown", "class", "pill unknown");
    }
    html.close();
  }
}
