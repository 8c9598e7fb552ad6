package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The layers, and the images that share them.
///
/// If there are too many, the damaged ones come first, then the largest.
final class LayerTable {
  private static final int MOST_ROWS = 1_000;
  private static final int MOST_NAMES = 3;

  /// A layer, and what it is sorted by.
  ///
  /// @param record empty if it cannot be read or understood
  private record Entry(
      StoreView view, ChainId id, Optional<Layer> record, Consistency consistency, long size) {
    static Entry of(StoreView view, ChainId id) {
      Optional<Layer> record = Optional.ofNullable(view.store().layers().get(id));
      long size = record.map(Layer::sizeBytes).orElse(0L);
      return new Entry(view, id, record, view.consistency().of(id), size);
    }
  }

  private final Html html;
  private final List<StoreView> stores;

  LayerTable(Html html, List<StoreView> stores) {
    this.html = html;
    this.stores = stores;
  }

  void write() {
    List<Entry> all =
        stores.stream()
            .flatMap(LayerTable::entries)
            .sorted(
                Comparator.comparing(Entry::consistency)
                    .thenComparing(Comparator.comparingLong(Entry::size).reversed()))
            .toList();
    List<Entry> shown = all.subList(0, Math.min(all.size(), MOST_ROWS));
    html.open("section", "id", "layers", "aria-labelledby", "layers-title");
    html.element("h2", "Layers", "id", "layers-title");
    if (all.isEmpty()) {
      html.element("p", "None.", "class", "none").close();
      return;
    }
    html.open("table", "class", "layers sortable", "data-rows", "layers");
    html.element("caption", caption(shown.size(), all.size()));
    SortableCells.head(
        html,
        "Layer",
        "",
        "Chain",
        "",
        "Size",
        "n",
        "On disk",
        "n",
        "Height",
        "n",
        "Images",
        "n",
        "Shared by",
        "");
    html.open("tbody");
    shown.forEach(this::writeRow);
    html.close().close().close();
  }

  private static Stream<Entry> entries(StoreView view) {
    return view.store().layerIds().map(layer -> Entry.of(view, layer));
  }

  private static String caption(int shown, int all) {
    String sizes = "Size: as Docker recorded it, for this layer alone. On disk: its directory.";
    return shown == all
        ? sizes
        : "%s of %s layers: damaged ones first, then the largest. %s"
            .formatted(Numbers.format(shown), Numbers.format(all), sizes);
  }

  private void writeRow(Entry entry) {
    StoreView view = entry.view();
    html.open("tr", "id", view.anchor(entry.id()));
    html.open("th", "scope", "row").element("code", StoreView.shortId(entry.id()));
    if (stores.size() > 1) {
      html.element("span", view.driver(), "class", "driver");
    }
    html.close();
    writeState(entry);
    SortableCells.bytes(
        html,
        entry
            .record()
            .map(layer -> OptionalLong.of(layer.sizeBytes()))
            .orElse(OptionalLong.empty()));
    SortableCells.bytes(html, view.inventory().diskBytesOf(entry.id()));
    view.graph()
        .heightOf(entry.id())
        .ifPresentOrElse(
            height -> SortableCells.count(html, height), () -> SortableCells.unknown(html));
    List<ImageId> images = view.graph().imagesOf(entry.id());
    SortableCells.count(html, view.inventory().imagesOf(entry.id()));
    writeNames(view, images);
    html.close();
  }

  private void writeState(Entry entry) {
    html.open("td");
    switch (ProblemChain.state(entry.view(), entry.id())) {
      case INTACT -> html.element("span", "intact", "class", "pill intact");
      case BROKEN ->
          entry.view().problemsOf(entry.id()).stream()
              .distinct()
              .forEach(
                  kind ->
                      html.element(
                          "a",
                          DisplayNames.of(kind),
                          "class",
                          "pill " + kind.impact().label(),
                          "href",
                          "#" + kind.label()));
      case ON_BROKEN ->
          html.element("span", "depends on a broken layer", "class", "pill on-broken");
      case UNKNOWN -> html.element("span", "unknown", "class", "pill unknown");
    }
    html.close();
  }

  private void writeNames(StoreView view, List<ImageId> images) {
    html.open("td");
    for (ImageId image : images.subList(0, Math.min(images.size(), MOST_NAMES))) {
      html.element("bdi", view.nameOf(image));
    }
    if (images.size() > MOST_NAMES) {
      html.element(
          "span",
          "and %s more".formatted(Numbers.format(images.size() - MOST_NAMES)),
          "class",
          "more");
    }
    html.close();
  }
}
