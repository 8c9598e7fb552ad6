package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.page.PagedTable.Column;
import io.github.dockerimageexporter.page.PagedTable.Order;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/// The images: their names and sizes, and whether they are intact.
///
/// If not said otherwise, the damaged ones come first, then the largest.
final class ImageTable {
  static final String NAME = "images";

  private static final int MOST_NAMES = 4;
  private static final String CAPTION =
      "Size, shared and unique: as Docker 29.6 and later report them, with the compressed copy"
          + " that containerd's store keeps next to the unpacked one. On disk: the directories of"
          + " all its layers. Freeable: the disk space you get back by removing the image with"
          + " all its names. Unlike unique, it is measured on disk, includes what the image"
          + " shares only with its own build intermediates, excludes what the build cache keeps,"
          + " and is 0 while a container or a child image uses the image. Hidden: the bytes in"
          + " its lower layers that an upper one replaces or removes.";

  private static final List<Column<Entry>> COLUMNS =
      List.of(
          Column.ofText("Image", entry -> entry.view().nameOf(entry.id())),
          Column.ofText("Chain", entry -> state(entry).text()),
          Column.ofNumber("Size", Entry::size),
          Column.ofFigure("Shared", Entry::sharedSize),
          Column.ofFigure("Unique", Entry::uniqueSize),
          Column.ofFigure("On disk", Entry::diskBytes),
          Column.ofFigure("Freeable", Entry::freeableBytes),
          Column.ofFigure("Hidden", Entry::hiddenBytes),
          Column.ofFigure("Layers", Entry::layers),
          Column.ofFigure("Containers", Entry::containers),
          Column.ofNumber("Created", Entry::created));

  /// An image, and what it is sorted by.
  ///
  /// @param image empty if its configuration cannot be read or understood
  private record Entry(
      StoreView view, ImageId id, Optional<Image> image, Consistency consistency, long size) {
    static Entry of(StoreView view, ImageId id) {
      Optional<Image> image = Optional.ofNullable(view.store().images().get(id));
      long size = image.map(it -> view.inventory().sizes().sizeOf(it).orElse(0)).orElse(0L);
      return new Entry(view, id, image, view.consistency().of(id), size);
    }

    OptionalLong sharedSize() {
      return figure(view.inventory().sizes()::sharedSizeOf);
    }

    OptionalLong uniqueSize() {
      return figure(view.inventory().sizes()::uniqueSizeOf);
    }

    OptionalLong diskBytes() {
      return figure(view.inventory()::diskBytesOf);
    }

    OptionalLong freeableBytes() {
      return figure(view.inventory()::freeableBytesOf);
    }

    OptionalLong containers() {
      return view.inventory().containersOf(id);
    }

    OptionalLong hiddenBytes() {
      return figure(view.inventory()::hiddenBytesOf);
    }

    OptionalLong layers() {
      return figure(it -> OptionalLong.of(it.rootFs().diffIds().size()));
    }

    /// Seconds since the epoch.
    long created() {
      return image.flatMap(Image::created).map(Instant::getEpochSecond).orElse(-1L);
    }

    OptionalLong figure(Function<Image, OptionalLong> figure) {
      return image.isPresent() ? figure.apply(image.get()) : OptionalLong.empty();
    }
  }

  private final Html html;
  private final List<StoreView> stores;

  ImageTable(Html html, List<StoreView> stores) {
    this.html = html;
    this.stores = stores;
  }

  void write(PageQuery query) {
    List<Entry> all = stores.stream().flatMap(ImageTable::entries).toList();
    new PagedTable<>(
            NAME,
            COLUMNS,
            Order.worstThenLargest(Entry::consistency, Entry::size),
            ImageTable::words)
        .write(html, query, "Images", all, intermediates() + CAPTION, this::writeRow);
  }

  /// How many rows the verdict does not count.
  private String intermediates() {
    long hidden = Inventory.sum(StoreView.inventories(stores), Inventory::hiddenImages).orElse(0);
    return hidden == 0
        ? ""
        : "%s of builds, not counted as %s at the top. "
            .formatted(
                Numbers.count(hidden, "row is an intermediate", "rows are intermediates"),
                hidden == 1 ? "an image" : "images");
  }

  private static Stream<Entry> entries(StoreView view) {
    return view.store().imageIds().map(image -> Entry.of(view, image));
  }

  private static List<String> words(Entry entry) {
    var words = new ArrayList<>(entry.view().namesOf(entry.id()));
    words.add(nameless(entry));
    words.add(entry.id().toString());
    words.add(state(entry).text());
    words.add(entry.view().driver());
    return words;
  }

  private void writeRow(Entry entry) {
    StoreView view = entry.view();
    html.open("tr", "id", view.anchor(entry.id()));
    writeNames(entry);
    writeState(entry);
    writeSize(entry);
    Cells.bytes(html, entry.sharedSize());
    Cells.bytes(html, entry.uniqueSize());
    Cells.bytes(html, entry.diskBytes());
    Cells.bytes(html, entry.freeableBytes());
    Cells.bytes(html, entry.hiddenBytes());
    Cells.count(html, entry.layers());
    Cells.count(html, entry.containers());
    Cells.day(html, entry.image().flatMap(Image::created));
    html.close();
  }

  /// With what of it is which copy, where there are two.
  private void writeSize(Entry entry) {
    ImageSizes sizes = entry.view().inventory().sizes();
    OptionalLong size = entry.figure(sizes::sizeOf);
    OptionalLong content = entry.figure(sizes::contentSizeOf);
    OptionalLong unpacked = entry.figure(sizes::unpackedSizeOf);
    Cells.bytes(
        html,
        size,
        content.isPresent() && unpacked.isPresent()
            ? List.of(
                Bytes.format(content.getAsLong()) + " compressed",
                Bytes.format(unpacked.getAsLong()) + " unpacked")
            : List.of());
  }

  private void writeNames(Entry entry) {
    List<String> names = entry.view().namesOf(entry.id());
    html.open("th", "scope", "row");
    if (names.isEmpty()) {
      html.element("span", nameless(entry), "class", "nameless");
    }
    for (String name : names.subList(0, Math.min(names.size(), MOST_NAMES))) {
      html.element("bdi", name);
    }
    if (names.size() > MOST_NAMES) {
      html.element(
          "span", "and %d more names".formatted(names.size() - MOST_NAMES), "class", "more");
    }
    html.element("code", StoreView.shortId(entry.id()));
    if (stores.size() > 1) {
      html.element("span", entry.view().driver(), "class", "driver");
    }
    html.close();
  }

  /// What stands in place of a name; empty if the image has one.
  private static String nameless(Entry entry) {
    if (!entry.view().namesOf(entry.id()).isEmpty()) {
      return "";
    }
    return entry.view().inventory().intermediates().contains(entry.id())
        ? "intermediate"
        : "untagged";
  }

  private void writeState(Entry entry) {
    State state = state(entry);
    html.open("td").element("span", state.text(), "class", "pill " + state.style()).close();
  }

  /// Whether an image is intact, as its row shows it.
  private record State(String text, String style) {}

  private static State state(Entry entry) {
    Optional<Impact> impact = entry.view().impactOn(entry.id());
    if (impact.isPresent()) {
      return new State(DisplayNames.of(impact.get()), impact.get().label());
    }
    String word = entry.consistency() == Consistency.UNKNOWN ? "unknown" : "intact";
    return new State(word, word);
  }
}
