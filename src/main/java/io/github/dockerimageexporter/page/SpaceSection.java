package io.github.dockerimageexporter.page;

import static io.github.dockerimageexporter.model.StorePart.CONTAINERS;
import static io.github.dockerimageexporter.model.StorePart.DIRECTORIES;
import static io.github.dockerimageexporter.model.StorePart.IMAGES;
import static io.github.dockerimageexporter.model.StorePart.LAYERS;
import static io.github.dockerimageexporter.model.StorePart.REFERENCES;

import io.github.dockerimageexporter.model.DriverDirectory;
import io.github.dockerimageexporter.model.DriverDirectory.Owner;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/// Where the space below the graph driver's home went: by owner, drawn as a bar and as a table.
final class SpaceSection {
  private static final int BAR_WIDTH = 1000;

  private final Html html;
  private final List<StoreView> stores;

  SpaceSection(Html html, List<StoreView> stores) {
    this.html = html;
    this.stores = stores;
  }

  /// What the directories of all owners take; empty until all are measured.
  static OptionalLong diskBytes(StoreView view) {
    long sum = 0;
    for (Owner owner : Owner.values()) {
      OptionalLong bytes = view.seen().diskBytesOf(owner);
      if (bytes.isEmpty()) {
        return bytes;
      }
      sum += bytes.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  void write() {
    html.open("section", "id", "space", "aria-labelledby", "space-title");
    html.element("h2", "Where the space went", "id", "space-title");
    stores.forEach(this::write);
    html.close();
  }

  private void write(StoreView view) {
    if (stores.size() > 1) {
      html.element("h3", view.driver());
    }
    if (!view.store().knows(DIRECTORIES)) {
      html.element(
          "p", "The directories of %s cannot be listed.".formatted(view.driver()), "class", "none");
      return;
    }
    OptionalLong all = diskBytes(view);
    Map<Owner, Long> directories = new EnumMap<>(Owner.class);
    for (DriverDirectory directory : view.store().driverDirectories()) {
      directories.merge(directory.owner(), 1L, Long::sum);
    }
    all.ifPresent(bytes -> writeBar(view, bytes));
    writeTable(view, all, directories);
    if (EnumSet.of(IMAGES, LAYERS, REFERENCES, CONTAINERS).stream().allMatch(view.store()::knows)) {
      writeImages(view);
    }
  }

  private void writeBar(StoreView view, long all) {
    html.open(
        "svg",
        "class",
        "bar",
        "viewBox",
        "0 0 " + BAR_WIDTH + " 20",
        "preserveAspectRatio",
        "none",
        "aria-hidden",
        "true");
    double x = 0;
    for (Owner owner : Owner.values()) {
      double width = width(view.seen().diskBytesOf(owner).orElse(0), all);
      if (width > 0) {
        html.open(
            "rect",
            "class",
            styleOf(owner),
            "x",
            decimal(x),
            "width",
            decimal(width),
            "height",
            "20");
        html.close();
      }
      x += width;
    }
    html.close();
  }

  private static double width(long bytes, long all) {
    return all == 0 ? 0 : (double) bytes * BAR_WIDTH / all;
  }

  private static String decimal(double number) {
    return String.format(Locale.ROOT, "%.1f", number);
  }

  private void writeTable(StoreView view, OptionalLong all, Map<Owner, Long> directories) {
    html.open("table", "class", "owners");
    html.element(
        "caption",
        "Allocated on disk below %s, by what owns it."
            .formatted(view.store().layout().driverHome()));
    Cells.head(html, "Owner", "", "On disk", "n", "Share", "n", "Directories", "n");
    html.open("tbody");
    for (Owner owner : Owner.values()) {
      OptionalLong bytes = view.seen().diskBytesOf(owner);
      html.open("tr").open("th", "scope", "row");
      html.element("span", "", "class", "swatch " + styleOf(owner)).text(Words.of(owner)).close();
      Cells.bytes(html, bytes);
      html.element(
          "td",
          all.isEmpty() || all.getAsLong() == 0
              ? "–"
              : decimal(bytes.orElse(0) * 100.0 / all.getAsLong()) + " %",
          "class",
          "n");
      Cells.count(html, directories.getOrDefault(owner, 0L));
      html.close();
    }
    html.close().close();
  }

  private void writeImages(StoreView view) {
    html.element(
        "p",
        "As docker system df counts them, images take %s, of which %s could be reclaimed."
            .formatted(
                Bytes.format(view.sizes().total()), Bytes.format(view.sizes().reclaimable())),
        "class",
        "note");
  }

  private static String styleOf(Owner owner) {
    return "owner-" + owner.label();
  }
}
