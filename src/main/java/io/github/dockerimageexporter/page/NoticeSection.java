package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.Counts;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.util.List;
import java.util.OptionalLong;

/// What to know before reading the rest: which stores dockerd no longer uses, which have sizes of
/// another file system, and what of the data root is not read at all. Nothing is written if there
/// is nothing of that.
final class NoticeSection {
  private static final int MOST_PATHS = 20;

  private final Html html;
  private final List<StoreView> stores;

  NoticeSection(Html html, List<StoreView> stores) {
    this.html = html;
    this.stores = stores;
  }

  void write(Observation seen) {
    List<StoreView> leftBehind =
        stores.stream().filter(view -> view.store().use() == StoreUse.LEFT_BEHIND).toList();
    List<StoreView> unknownSizes =
        stores.stream().filter(view -> view.report().hasUnknownSizes()).toList();
    if (leftBehind.isEmpty() && unknownSizes.isEmpty() && seen.notRead().isEmpty()) {
      return;
    }
    html.open("section", "class", "notices", "aria-label", "Notices");
    leftBehind.forEach(view -> html.element("p", leftBehind(view), "class", "note"));
    unknownSizes.forEach(view -> html.element("p", unknownSizes(view), "class", "note"));
    seen.notRead().entrySet().stream()
        .limit(MOST_PATHS)
        .forEach(
            path ->
                html.open("p", "class", "note")
                    .text("Not read: ")
                    .element("code", path.getKey())
                    .text(", " + path.getValue() + ".")
                    .close());
    int more = seen.notRead().size() - MOST_PATHS;
    if (more > 0) {
      html.element(
          "p", "%s more paths are not read.".formatted(Numbers.format(more)), "class", "left-out");
    }
    html.close();
  }

  private static String unknownSizes(StoreView view) {
    return "The sizes of the layers of the %s store are unknown: %s."
        .formatted(view.driver(), Explanation.UNKNOWN_SIZES);
  }

  private static String leftBehind(StoreView view) {
    OptionalLong bytes = view.inventory().storeBytes();
    return "dockerd no longer uses the %s store. It still contains %s and %s%s."
        .formatted(
            view.driver(),
            Counts.images(List.of(view.inventory())),
            Counts.layers(List.of(view.inventory())),
            bytes.isPresent() && !view.store().directories().isEmpty()
                ? ", %s on disk".formatted(Bytes.format(bytes.getAsLong()))
                : "");
  }
}
