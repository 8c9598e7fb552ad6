package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.observation.Consistency;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;

/// The images: their names and sizes, and whether they are intact.
///
/// If there are too many, the damaged ones come first, then the largest.
final class ImageTable {
  private static final int MOST_ROWS = 2_000;
  private static final int MOST_NAMES = 4;

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

  void write() {
    List<Entry> all =
        stores.stream()
            .flatMap(ImageTable::entries)
            .sorted(
                Comparator.comparing(Entry::consistency)
                    .thenComparing(Comparator.comparingLong(Entry::size).reversed()))
            .toList();
    List<Entry> shown = all.subList(0, Math.min(all.size(), MOST_ROWS));
    html.open("section", "id", "images", "aria-labelledby", "images-title");
    html.element("h2", "Images", "id", "images-title");
    if (all.isEmpty()) {
      html.element("p", "None.", "class", "none").close();
      return;
    }
    html.open("table", "class", "images sortable", "data-rows", "images");
    html.element("caption", caption(shown.size(), all.size()));
    writeHead();
    html.open("tbody");
    shown.forEach(this::writeRow);
    html.close().close().close();
  }

  private void writeHead() {
    SortableCells.head(
        html,
        "Image",
        "",
        "Chain",
        "",
        "Size",
        "n",
        "Shared",
        "n",
        "Unique",
        "n",
        "On disk",
        "n",
        "Freeable",
        "n",
        "Hidden",
        "n",
        "Layers",
        "n",
        "Containers",
        "n",
        "Created",
        "n");
  }

  private static Stream<Entry> entries(StoreView view) {
    return view.store().imageIds().map(image -> Entry.of(view, image));
  }

  private static String caption(int shown, int all) {
    String sizes =
        "Size, shared and unique: as Docker 29.6 and later report them, with the compressed copy"
            + " that containerd's store keeps next to the unpacked one. On disk: the directories of"
            + " all its layers. Freeable: the disk space you get back by removing the image with"
            + " all its names. Unlike unique, it is measured on disk, includes what the image"
            + " shares only with its own build intermediates, excludes what the build cache keeps,"
            + " and is 0 while a container or a child image uses the image. Hidden: the bytes in"
            + " its lower layers that an upper one replaces or removes.";
    return shown == all
        ? sizes
        : "%s of %s images: damaged ones first, then the largest. The report lists all. %s"
            .formatted(Numbers.format(shown), Numbers.format(all), sizes);
  }

  private void writeRow(Entry entry) {
    StoreView view = entry.view();
    html.open("tr", "id", view.anchor(entry.id()));
    writeNames(entry);
    writeState(entry);
    writeSize(entry);
    SortableCells.bytes(html, entry.figure(view.inventory().sizes()::sharedSizeOf));
    SortableCells.bytes(html, entry.figure(view.inventory().sizes()::uniqueSizeOf));
    SortableCells.bytes(html, entry.figure(view.inventory()::diskBytesOf));
    SortableCells.bytes(html, entry.figure(view.inventory()::freeableBytesOf));
    SortableCells.bytes(html, entry.figure(view.inventory()::hiddenBytesOf));
    entry
        .image()
        .ifPresentOrElse(
            image -> SortableCells.count(html, image.rootFs().diffIds().size()),
            () -> SortableCells.unknown(html));
    SortableCells.count(html, view.inventory().containersOf(entry.id()));
    SortableCells.day(html, entry.image().flatMap(Image::created));
    html.close();
  }

  /// With what of it is which copy, where there are two.
  private void writeSize(Entry entry) {
    ImageSizes sizes = entry.view().inventory().sizes();
    OptionalLong size = entry.figure(sizes::sizeOf);
    OptionalLong content = entry.figure(sizes::contentSizeOf);
    OptionalLong unpacked = entry.figure(sizes::unpackedSizeOf);
    SortableCells.bytes(
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
      html.element("span", isHidden(entry) ? "intermediate" : "untagged", "class", "nameless");
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

  private static boolean isHidden(Entry entry) {
    return entry.view().inventory().intermediates().contains(entry.id());
  }

  private void writeState(Entry entry) {
    Optional<Impact> impact = entry.view().impactOn(entry.id());
    html.open("td");
    if (impact.isPresent()) {
      html.element("span", DisplayNames.of(impact.get()), "class", "pill " + impact.get().label());
    } else if (entry.consistency() == Consistency.UNKNOWN) {
      html.element("span", "unknown", "class", "pill unknown");
    } else {
      html.element("span", "intact", "class", "pill intact");
    }
    html.close();
  }
}
