package io.github.dockerimageexporter.page;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.refresh.Inventory;
import io.github.dockerimageexporter.refresh.Observation;
import io.github.dockerimageexporter.refresh.RefreshStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/// Whether every chain holds, in words.
///
/// @param sentence what to make of it
record Verdict(Tone tone, String headline, String sentence) {

  /// How the page looks at it.
  enum Tone {
    GOOD,
    BAD,
    /// Something is in the way of knowing.
    DOUBT,
    /// There is nothing to judge.
    NEUTRAL
  }

  static Verdict of(Optional<Observation> seen, List<StoreView> stores, RefreshStatus status) {
    if (seen.isEmpty()) {
      return beforeTheFirstScan(status);
    }
    return switch (seen.get().state()) {
      case GRAPHDRIVER -> of(stores);
      case CONTAINERD ->
          withoutStore(Tone.NEUTRAL, "The images are kept in containerd", seen.get());
      case EMPTY -> withoutStore(Tone.NEUTRAL, "There is no image store", seen.get());
      case MISSING -> withoutStore(Tone.DOUBT, "There is no data root", seen.get());
      case UNREADABLE -> withoutStore(Tone.DOUBT, "The data root cannot be read", seen.get());
    };
  }

  private static Verdict withoutStore(Tone tone, String headline, Observation seen) {
    return new Verdict(
        tone,
        headline,
        "%s: %s. Nothing is checked.".formatted(seen.dataRoot(), Quote.sentence(seen.detail())));
  }

  private static Verdict beforeTheFirstScan(RefreshStatus status) {
    return status.lastSucceeded().orElse(true)
        ? new Verdict(
            Tone.NEUTRAL,
            "Not scanned yet",
            "The first scan of the data root is under way. If it finds anything, a second scan"
                + " confirms it first.")
        : new Verdict(
            Tone.DOUBT,
            "The first scan failed",
            "Nothing is known yet; the log says why. The exporter tries again.");
  }

  private static Verdict of(List<StoreView> stores) {
    List<Inventory> inventories = StoreView.inventories(stores);
    long harmful = sum(stores, view -> harmful(view, true));
    long waste = sum(stores, view -> harmful(view, false));
    long dark = sum(stores, view -> view.inventory().unreadablePaths());
    if (harmful > 0) {
      return broken(stores, inventories, harmful);
    }
    if (dark > 0) {
      return new Verdict(
          Tone.DOUBT,
          "Every chain that can be read holds",
          Words.count(dark, "path")
              + " could not be read, so this is not the whole truth."
              + waste(waste));
    }
    if (isEmpty(inventories)) {
      return new Verdict(Tone.NEUTRAL, "There are no images", "The store is empty." + waste(waste));
    }
    return new Verdict(
        Tone.GOOD,
        "Every chain holds",
        "Nothing contradicts anything else in %s and %s.%s"
            .formatted(Counts.images(inventories), Counts.layers(inventories), waste(waste)));
  }

  private static boolean isEmpty(List<Inventory> stores) {
    return Counts.sum(stores, Inventory::images).equals(OptionalLong.of(0))
        && Counts.sum(stores, Inventory::layers).equals(OptionalLong.of(0));
  }

  private static Verdict broken(List<StoreView> stores, List<Inventory> inventories, long harmful) {
    long affected = sum(stores, view -> view.inventory().damagedImages());
    long layers = sum(stores, view -> view.report().inconsistentLayers().size());
    String found = Words.capital(impacts(stores, harmful)) + ". ";
    if (affected > 0) {
      return new Verdict(
          Tone.BAD,
          "Not every chain holds",
          "%s%s of %s cannot be relied on."
              .formatted(found, Words.number(affected), Counts.images(inventories)));
    }
    return layers > 0
        ? new Verdict(Tone.BAD, "Not every chain holds", found + "No image is affected.")
        : new Verdict(
            Tone.BAD,
            "The chains hold, the store does not",
            found + "No image's chain is affected.");
  }

  /// `1 problem makes something unusable, 2 are about wrong data`, as far as there are some.
  private static String impacts(List<StoreView> stores, long harmful) {
    long unusable = sum(stores, view -> count(view, Impact.UNUSABLE));
    if (unusable == 0) {
      return Words.count(harmful, "problem") + " of wrong data";
    }
    return unusable == harmful
        ? Words.count(unusable, "problem")
            + (unusable == 1 ? " makes" : " make")
            + " images or containers unusable"
        : "%s, %s of which make images or containers unusable"
            .formatted(Words.count(harmful, "problem"), Words.number(unusable));
  }

  private static String waste(long leftovers) {
    return leftovers == 0
        ? ""
        : " %s %s up space without use."
            .formatted(Words.count(leftovers, "leftover"), leftovers == 1 ? "takes" : "take");
  }

  private static long harmful(StoreView view, boolean harmful) {
    return view.report().findings().stream()
        .filter(finding -> StoreView.isHarmful(finding) == harmful)
        .count();
  }

  static long count(StoreView view, Impact impact) {
    return view.report().findings().stream()
        .map(Finding::problem)
        .filter(problem -> problem.kind().impact() == impact)
        .count();
  }

  private static long sum(List<StoreView> stores, ToLongFunction<StoreView> figure) {
    return stores.stream().mapToLong(figure).sum();
  }
}
