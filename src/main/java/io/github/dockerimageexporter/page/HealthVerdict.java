package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.page.words.Counts;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Whether the images are intact, in words.
///
/// @param sentence what to make of it
record HealthVerdict(Tone tone, String headline, String sentence) {

  /// How the page looks at it.
  enum Tone {
    GOOD,
    BAD,
    /// Something is in the way of knowing.
    DOUBT,
    /// There is nothing to judge.
    NEUTRAL
  }

  static HealthVerdict of(
      Optional<Observation> seen, List<StoreView> stores, RefreshStatus status) {
    if (seen.isEmpty()) {
      return beforeTheFirstScan(status);
    }
    if (!stores.isEmpty()) {
      return of(stores);
    }
    return switch (seen.get().state()) {
      case CONTAINERD -> withoutStore(Tone.NEUTRAL, "Images are stored in containerd", seen.get());
      case GRAPHDRIVER, EMPTY -> withoutStore(Tone.NEUTRAL, "No image store", seen.get());
      case MISSING -> withoutStore(Tone.DOUBT, "Data root not found", seen.get());
      case UNREADABLE -> withoutStore(Tone.DOUBT, "The data root cannot be read", seen.get());
    };
  }

  private static HealthVerdict withoutStore(Tone tone, String headline, Observation seen) {
    return new HealthVerdict(
        tone,
        headline,
        "%s: %s. Nothing was checked.".formatted(seen.dataRoot(), Quote.sentence(seen.detail())));
  }

  private static HealthVerdict beforeTheFirstScan(RefreshStatus status) {
    return status.lastSucceeded().orElse(true)
        ? new HealthVerdict(
            Tone.NEUTRAL,
            "Not scanned yet",
            "The first scan of the data root is running. Problems are shown once a second scan"
                + " has confirmed them.")
        : new HealthVerdict(
            Tone.DOUBT,
            "The first scan failed",
            "Nothing is known yet; see the log for the reason. The exporter will try again.");
  }

  private static HealthVerdict of(List<StoreView> stores) {
    List<Inventory> inventories = StoreView.inventories(stores);
    long harmful = StoreView.sum(stores, view -> harmful(view, true));
    long waste = StoreView.sum(stores, view -> harmful(view, false));
    long dark = StoreView.sum(stores, view -> view.inventory().unreadablePaths());
    if (harmful > 0) {
      return broken(stores, inventories, harmful);
    }
    if (dark > 0) {
      return new HealthVerdict(
          Tone.DOUBT,
          "All readable images intact",
          Numbers.count(dark, "path")
              + " could not be read, so damage there goes unnoticed."
              + waste(waste));
    }
    if (isEmpty(inventories)) {
      return new HealthVerdict(Tone.NEUTRAL, "No images", "The store is empty." + waste(waste));
    }
    return new HealthVerdict(
        Tone.GOOD,
        "All images intact",
        "%s and %s checked, no inconsistencies.%s"
            .formatted(Counts.images(inventories), Counts.layers(inventories), waste(waste)));
  }

  private static boolean isEmpty(List<Inventory> stores) {
    return Inventory.sum(stores, Inventory::images).equals(OptionalLong.of(0))
        && Inventory.sum(stores, Inventory::layers).equals(OptionalLong.of(0));
  }

  private static HealthVerdict broken(
      List<StoreView> stores, List<Inventory> inventories, long harmful) {
    long images = StoreView.sum(stores, view -> view.inventory().damagedImages());
    long layers = StoreView.sum(stores, view -> view.consistency().inconsistentLayers().size());
    String found = DisplayNames.capital(impacts(stores, harmful)) + ".";
    if (images > 0) {
      return new HealthVerdict(Tone.BAD, damaged(images, Counts.shownImages(inventories)), found);
    }
    return new HealthVerdict(
        Tone.BAD,
        layers > 0
            ? Numbers.count(layers, "layer is", "layers are") + " damaged"
            : "Images intact, but the store is damaged",
        found + " No image is affected.");
  }

  /// `2 of 4 images are damaged`, or `2 images are damaged` if it is not known of how many.
  private static String damaged(long images, OptionalLong all) {
    String verb = images == 1 ? "is" : "are";
    return all.isPresent()
        ? "%s of %s %s damaged"
            .formatted(Numbers.format(images), Numbers.count(all.getAsLong(), "image"), verb)
        : "%s %s damaged".formatted(Numbers.count(images, "image"), verb);
  }

  /// `1 problem makes something unusable, 2 are about wrong data`, as far as there are some.
  private static String impacts(List<StoreView> stores, long harmful) {
    long unusable = StoreView.sum(stores, view -> count(view, Impact.UNUSABLE));
    if (unusable == 0) {
      return Numbers.count(harmful, "problem") + ": content or sizes differ from what was recorded";
    }
    return unusable == harmful
        ? Numbers.count(unusable, "problem")
            + (unusable == 1 ? " makes" : " make")
            + " images or containers unusable"
        : "%s, %s of which %s images or containers unusable"
            .formatted(
                Numbers.count(harmful, "problem"),
                Numbers.format(unusable),
                unusable == 1 ? "makes" : "make");
  }

  private static String waste(long leftovers) {
    return leftovers == 0
        ? ""
        : " %s %s disk space."
            .formatted(Numbers.count(leftovers, "leftover"), leftovers == 1 ? "wastes" : "waste");
  }

  private static long harmful(StoreView view, boolean harmful) {
    return view.report().findings().stream()
        .filter(finding -> StoreView.isHarmful(finding) == harmful)
        .count();
  }

  static long count(StoreView view, Impact impact) {
    return view.report().findings().stream()
        .map(Finding::problem)
        .filter(problem -> problem.impact() == impact)
        .count();
  }
}
