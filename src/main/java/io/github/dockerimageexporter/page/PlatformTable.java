package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.page.PagedTable.Column;
import io.github.dockerimageexporter.page.PagedTable.Order;
import io.github.dockerimageexporter.page.words.PlatformWords;
import io.github.dockerimageexporter.repair.ContentFetch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The platforms of images of which there is more to say than the image's own row does: that it has
/// several, that not all of their content is here, or that they are not unpacked.
///
/// If not said otherwise, those that are not complete come first.
final class PlatformTable {
  static final String NAME = "platforms";

  private static final String CAPTION =
      "Images with several platforms here, with layers that were not fetched, or that are not"
          + " unpacked. Platforms that were never pulled are not listed.";

  private static final List<Column<Entry>> COLUMNS =
      List.of(
          Column.ofText("Image", entry -> entry.view().nameOf(entry.image().id())),
          Column.ofText("Content", entry -> PlatformWords.content(entry.manifest())),
          Column.ofText("Unpacked", entry -> chain(entry).text()),
          Column.ofNumber("Layers", entry -> entry.manifest().rootFs().diffIds().size()));

  private record Entry(StoreView view, Image image, ImageManifest manifest) {}

  private final Html html;
  private final List<Entry> all;

  PlatformTable(Html html, List<StoreView> stores) {
    this.html = html;
    this.all = stores.stream().flatMap(PlatformTable::entries).toList();
  }

  /// Whether there is nothing to say.
  boolean isEmpty() {
    return all.isEmpty();
  }

  void write(PageQuery query) {
    if (all.isEmpty()) {
      return;
    }
    new PagedTable<>(
            NAME,
            COLUMNS,
            new Order<>(
                "Incomplete ones come first.",
                Comparator.comparing(entry -> entry.manifest().complete())),
            PlatformTable::words)
        .write(html, query, "Platforms", all, CAPTION, this::writeRow);
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

  private static List<String> words(Entry entry) {
    var words = new ArrayList<>(entry.view().namesOf(entry.image().id()));
    words.add(entry.image().id().toString());
    words.add(PlatformWords.name(entry.manifest().platform()));
    words.add(entry.manifest().digest().map(Digest::toString).orElse(""));
    words.add(PlatformWords.content(entry.manifest()));
    words.add(chain(entry).text());
    return words;
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
    Cells.count(html, manifest.rootFs().diffIds().size());
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
    Chain chain = chain(entry);
    html.open("td");
    chain
        .style()
        .ifPresentOrElse(
            style -> html.element("span", chain.text(), "class", "pill " + style),
            () -> html.text(chain.text()));
    html.close();
  }

  /// Whether a platform is unpacked and its layers are intact, as its row shows it.
  private record Chain(String text, Optional<String> style) {}

  private static Chain chain(Entry entry) {
    if (!entry.manifest().unpacked()) {
      return new Chain("no", Optional.empty());
    }
    Consistency worst =
        entry.manifest().rootFs().chainIds().stream()
            .map((ChainId layer) -> entry.view().consistency().of(layer))
            .min(Comparator.naturalOrder())
            .orElse(Consistency.CONSISTENT);
    return switch (worst) {
      case CONSISTENT -> new Chain("intact", Optional.of("intact"));
      case INCONSISTENT -> new Chain("damaged", Optional.of("wrong_data"));
      case UNKNOWN -> new Chain("unknown", Optional.of("unknown"));
    };
  }
}
