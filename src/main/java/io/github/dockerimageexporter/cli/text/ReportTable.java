package io.github.dockerimageexporter.cli.text;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.Counts;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.snapshot.Intermediates.Group;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.io.PrintWriter;
import java.util.List;
import java.util.OptionalLong;

/// The report of an observation for a person at a terminal.
public final class ReportTable {
  private static final int MOST_NAMES = 10;

  private final Observation seen;
  private final PlanCommand plan;

  /// @param plan the command that prints the repair
  public ReportTable(Observation seen, PlanCommand plan) {
    this.seen = seen;
    this.plan = plan;
  }

  public void print(PrintWriter out) {
    out.printf(
        "%s: %s%s%n",
        Quote.line(seen.dataRoot().toString()),
        seen.state().label(),
        seen.detail().isEmpty() ? "" : " (" + Quote.sentence(seen.detail()) + ")");
    seen.stores().forEach(store -> print(out, store));
    seen.notRead()
        .forEach(
            (path, reason) ->
                out.printf("%nnot read: %s (%s)%n", Quote.line(path), Quote.sentence(reason)));
  }

  private void print(PrintWriter out, ObservedStore store) {
    List<Finding> findings = store.report().findings();
    var inventory = new Inventory(store);
    out.printf(
        "%n%s: %s, %s, %s%n",
        store.store().name(),
        Counts.images(List.of(inventory)),
        Counts.layers(List.of(inventory)),
        verdict(findings.size(), store.isWhollyRead()));
    if (store.store().use() == StoreUse.LEFT_BEHIND) {
      out.printf("%n  not in use: dockerd no longer uses this store%n");
    }
    findings.forEach(
        finding ->
            print(out, inventory, finding, store.report().firstAid(finding.problem().kind())));
    new PartialImages(store, inventory).print(out);
    store
        .store()
        .unreadable()
        .reasons()
        .forEach(
            (path, reason) ->
                out.printf("%n  unreadable: %s (%s)%n", Quote.line(path), Quote.sentence(reason)));
    if (store.report().hasUnknownSizes()) {
      out.printf("%n  sizes unknown: %s%n", Explanation.UNKNOWN_SIZES);
    }
    printUsage(out, store, inventory);
    store.scrub().tallies().forEach(tally -> print(out, tally));
  }

  private void print(PrintWriter out, Inventory inventory, Finding finding, String firstAid) {
    Problem problem = finding.problem();
    out.printf("%n  %s (%s)%n", problem.kind().label(), problem.impact().label());
    out.printf("    %s%n", Explanation.message(problem));
    out.printf("    where:    %s%n", Quote.line(problem.path()));
    if (!finding.affectedImages().isEmpty()) {
      out.printf("    affects:  %s%n", names(inventory, finding.affectedImages()));
    }
    out.printf("    advice:   %s%n", firstAid);
    out.printf("    repair:   %s%n", plan.text(List.of(problem)));
    out.printf("    see:      %s%n", Explanation.reading(problem.kind()));
  }

  private static String verdict(int problems, boolean isWhollyRead) {
    if (problems > 0) {
      return Numbers.count(problems, "problem");
    }
    return isWhollyRead ? "no problems" : "no problems in what could be read";
  }

  private static void printUsage(PrintWriter out, ObservedStore store, Inventory inventory) {
    if (store.usages().isEmpty() || store.store().directories().isEmpty()) {
      return;
    }
    OptionalLong bytes = inventory.diskBytes();
    out.printf(
        "%n  %s%s, %s%n",
        store.store().use() == StoreUse.LEFT_BEHIND ? "it still contains " : "",
        Counts.directories(store.store().directories().size()),
        bytes.isPresent()
            ? Bytes.format(bytes.getAsLong()) + " on disk"
            : "not all of them could be measured");
    inventory
        .blobs()
        .filter(blobs -> blobs.count() > 0)
        .ifPresent(
            blobs ->
                out.printf(
                    "  %s, %s on disk%n",
                    Numbers.count(blobs.count(), "blob"), Bytes.format(blobs.allocatedBytes())));
    if (store.store().isDockers() && store.store().use() != StoreUse.LEFT_BEHIND) {
      printDockersSizes(out, inventory);
    }
  }

  /// Only where Docker keeps two copies of an image, and its versions count them differently.
  private static void printDockersSizes(PrintWriter out, Inventory inventory) {
    OptionalLong total = inventory.sizes().total();
    OptionalLong reclaimable = inventory.sizes().reclaimable();
    if (total.isPresent()
        && reclaimable.isPresent()
        && inventory.blobs().filter(blobs -> blobs.count() > 0).isPresent()) {
      out.printf("  %s%n", Counts.systemDf(total.getAsLong(), reclaimable.getAsLong()));
    }
  }

  private static void print(PrintWriter out, ScrubTally tally) {
    out.printf(
        "%n  %s verified: %s%s%n",
        Numbers.count(tally.verified(), "layer", "layers"),
        Numbers.count(tally.entries(), "file", "files"),
        tally.bytes() > 0 ? ", " + Bytes.format(tally.bytes()) + " read" : "");
    tally
        .unverifiable()
        .forEach(
            (reason, layers) ->
                out.printf(
                    "  %s cannot be verified: %s: %s%n",
                    Numbers.count(layers.size(), "layer", "layers"), reason, names(layers)));
    if (tally.pending() > 0) {
      out.printf("  %s not verified%n", Numbers.count(tally.pending(), "layer", "layers"));
    }
  }

  private static String names(List<ChainId> layers) {
    return Quote.names(layers.stream().map(ChainId::toString).toList());
  }

  /// The images by their names where they have some, at most a line's worth.
  private static String names(Inventory inventory, List<ImageId> images) {
    List<Group> groups = inventory.intermediates().behindTheirImages(images);
    String names =
        groups.stream()
            .limit(MOST_NAMES)
            .map(group -> group.describe(name(inventory, group.image())))
            .collect(joining(", "));
    int more = groups.size() - MOST_NAMES;
    return more > 0 ? "%s and %d more".formatted(names, more) : names;
  }

  private static String name(Inventory inventory, ImageId image) {
    return inventory.namesOf(image).stream()
        .findFirst()
        .map(Quote::line)
        .orElseGet(image::toString);
  }
}
