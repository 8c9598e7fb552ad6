package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Layer;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.page.PagedTable.Column;
import io.github.dockerimageexporter.page.PagedTable.Order;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The layers, and the images that share them.
///
/// If not said otherwise, the damaged ones come first, then the largest.
final class LayerTable {
  static final String NAME = "layers";

  private static final int MOST_NAMES = 3;
  private static final String CAPTION =
      "Size: as Docker recorded it, for this layer alone. On disk: its directory.";

  private static final List<Column<Entry>> COLUMNS =
      List.of(
          Column.ofText("Layer", entry -> entry.id().toString()),
          Column.ofText("Chain", entry -> states(entry).getFirst().text()),
          Column.ofFigure("Size", Entry::recordedSize),
          Column.ofFigure("On disk", Entry::diskBytes),
          Column.ofFigure("Height", Entry::height),
          Column.ofFigure("Images", Entry::imageCount),
          Column.ofText("Shared by", Entry::firstImage));

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

    OptionalLong recordedSize() {
      return record.isPresent() ? OptionalLong.of(record.get().sizeBytes()) : OptionalLong.empty();
    }

    OptionalLong diskBytes() {
      return view.inventory().diskBytesOf(id);
    }

    OptionalLong height() {
      return view.graph().heightOf(id).stream().mapToLong(it -> it).findFirst();
    }

    List<ImageId> images() {
      return view.graph().imagesOf(id);
    }

    OptionalLong imageCount() {
      return view.inventory().imagesOf(id);
    }

    String firstImage() {
      return images().stream().findFirst().map(view::nameOf).orElse("");
    }
  }

  private final Html html;
  private final List<StoreView> stores;

  LayerTable(Html html, List<StoreView> stores) {
    this.html = html;
    this.stores = stores;
  }

  void write(PageQuery query) {
    List<Entry> all = stores.stream().flatMap(LayerTable::entries).toList();
    new PagedTable<>(
            NAME,
            COLUMNS,
            Order.worstThenLargest(Entry::consistency, Entry::size),
            LayerTable::words)
        .write(html, query, "Layers", all, CAPTION, this::writeRow);
  }

  private static Stream<Entry> entries(StoreView view) {
    return view.store().layerIds().map(layer -> Entry.of(view, layer));
  }

  private static List<String> words(Entry entry) {
    var words = new ArrayList<String>();
    words.add(entry.id().toString());
    states(entry).forEach(state -> words.add(state.text()));
    words.add(entry.view().driver());
    entry.images().forEach(image -> words.add(entry.view().nameOf(image)));
    return words;
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
    Cells.bytes(html, entry.recordedSize());
    Cells.bytes(html, entry.diskBytes());
    Cells.count(html, entry.height());
    Cells.count(html, entry.imageCount());
    writeNames(view, entry.images());
    html.close();
  }

  private void writeState(Entry entry) {
    html.open("td");
    for (State state : states(entry)) {
      if (state.target().isEmpty()) {
        html.element("span", state.text(), "class", "pill " + state.style());
      } else {
        html.element(
            "a", state.text(), "class", "pill " + state.style(), "href", state.target().get());
      }
    }
    html.close();
  }

  /// Whether a layer is intact, as its row shows it.
  ///
  /// @param target what says more of it
  private record State(String text, String style, Optional<String> target) {
    static State of(String text, String style) {
      return new State(text, style, Optional.empty());
    }

    static State of(Kind kind) {
      return new State(
          DisplayNames.of(kind), kind.impact().label(), Optional.of("#" + kind.label()));
    }
  }

  /// At least one.
  private static List<State> states(Entry entry) {
    return switch (ProblemChain.state(entry.view(), entry.id())) {
      case INTACT -> List.of(State.of("intact", "intact"));
      case BROKEN ->
          entry.view().problemsOf(entry.id()).stream().distinct().map(State::of).toList();
      case ON_BROKEN -> List.of(State.of("depends on a broken layer", "on-broken"));
      case UNKNOWN -> List.of(State.of("unknown", "unknown"));
    };
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
