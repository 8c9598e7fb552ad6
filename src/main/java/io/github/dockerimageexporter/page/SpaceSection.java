package io.github.dockerimageexporter.page;

import static io.github.dockerimageexporter.snapshot.StorePart.DIRECTORIES;

import io.github.dockerimageexporter.page.words.Counts;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// What takes the space of a store's directories: by owner, drawn as a bar and as a table.
final class SpaceSection {
  private static final int BAR_WIDTH = 1000;

  private final Html html;
  private final List<StoreView> stores;

  SpaceSection(Html html, List<StoreView> stores) {
    this.html = html;
    this.stores = stores;
  }

  void write() {
    html.open("section", "id", "space", "aria-labelledby", "space-title");
    html.element("h2", "Disk usage", "id", "space-title");
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
    OptionalLong all = view.inventory().diskBytes();
    all.ifPresent(bytes -> writeBar(view, bytes));
    writeTable(view, all);
    new BlobTable(html).write(view);
    writeImages(view);
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
    for (Owner owner : view.store().owners()) {
      double width = width(view.inventory().diskBytesOf(owner).orElse(0), all);
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

  private void writeTable(StoreView view, OptionalLong all) {
    html.open("table", "class", "owners");
    html.element(
        "caption",
        "Disk space allocated below %s, by owner.".formatted(view.store().paths().directories()));
    Cells.head(html, "Owner", "", "On disk", "n", "Share", "n", "Directories", "n");
    html.open("tbody");
    for (Owner owner : view.store().owners()) {
      OptionalLong bytes = view.inventory().diskBytesOf(owner);
      html.open("tr").open("th", "scope", "row");
      html.element("span", "", "class", "swatch " + styleOf(owner))
          .text(DisplayNames.of(owner))
          .close();
      Cells.bytes(html, bytes);
      html.element(
          "td",
          all.isEmpty() || all.getAsLong() == 0 || bytes.isEmpty()
              ? "–"
              : decimal(bytes.getAsLong() * 100.0 / all.getAsLong()) + " %",
          "class",
          "n");
      Cells.count(html, view.inventory().directories(owner));
      html.close();
    }
    html.close().close();
  }

  private void writeImages(StoreView view) {
    OptionalLong total = view.inventory().sizes().total();
    OptionalLong reclaimable = view.inventory().sizes().reclaimable();
    boolean said = view.store().isDockers() && view.store().use() != StoreUse.LEFT_BEHIND;
    if (said && total.isPresent() && reclaimable.isPresent()) {
      html.element(
          "p", Counts.systemDf(total.getAsLong(), reclaimable.getAsLong()) + ".", "class", "note");
    }
  }

  private static String styleOf(Owner owner) {
    return "owner-" + owner.label();
  }
}
