package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import java.util.Optional;
import java.util.OptionalLong;

/// The blobs of a store that keeps such, by owner, and why images are there twice.
final class BlobTable {
  private final Html html;

  BlobTable(Html html) {
    this.html = html;
  }

  void write(StoreView view) {
    if (view.store().blobs().isEmpty()) {
      return;
    }
    html.open("table", "class", "owners");
    html.element(
        "caption",
        "Disk space of blobs: the compressed copies of layers, and the small documents of images.");
    Cells.head(html, "Owner", "", "On disk", "n", "", "n", "Blobs", "n");
    html.open("tbody");
    for (BlobOwner owner : view.store().blobs().keySet()) {
      Optional<BlobTally> tally = view.inventory().blobs(owner);
      html.open("tr").open("th", "scope", "row").text(DisplayNames.of(owner)).close();
      Cells.bytes(html, figure(tally.map(BlobTally::allocatedBytes)));
      html.element("td", "", "class", "n");
      Cells.count(html, figure(tally.map(BlobTally::count)));
      html.close();
    }
    html.close().close();
    copies(view.inventory()).ifPresent(words -> html.element("p", words, "class", "note"));
  }

  private static Optional<String> copies(Inventory inventory) {
    OptionalLong unpacked = inventory.diskBytesOf(Owner.LAYER);
    return inventory
        .blobs(BlobOwner.IMAGE)
        .filter(_ -> unpacked.isPresent())
        .map(
            blobs ->
                "Docker stores images twice here: compressed, to push and save them (%s), and"
                        .formatted(Bytes.format(blobs.allocatedBytes()))
                    + " unpacked, to run them (%s).".formatted(Bytes.format(unpacked.getAsLong())));
  }

  private static OptionalLong figure(Optional<Long> known) {
    return known.map(OptionalLong::of).orElse(OptionalLong.empty());
  }
}
