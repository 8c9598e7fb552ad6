package io.github.dockerimageexporter.cli;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.StoreUse;
import io.github.dockerimageexporter.page.Bytes;
import io.github.dockerimageexporter.refresh.Observation;
import io.github.dockerimageexporter.refresh.StoreObservation;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The report of an observation for a person at a terminal.
final class ReportTable {
  private static final int MOST_NAMES = 10;

  private final Observation seen;

  ReportTable(Observation seen) {
    this.seen = seen;
  }

  void print(PrintWriter out) {
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

  private static void print(PrintWriter out, StoreObservation store) {
    List<Finding> findings = store.report().findings();
    out.printf(
        "%n%s: %d images, %d layers, %s%n",
        store.store().layout().driver(),
        store.store().images().size() + store.store().invalidImages().size(),
        store.store().layers().size() + store.store().invalidLayers().size(),
        verdict(findings.size(), store.isWhollyRead()));
    if (store.store().use() == StoreUse.LEFT_BEHIND) {
      out.printf("%n  not in use: dockerd does not use this store any more%n");
    }
    Map<ImageId, String> names = names(store);
    findings.forEach(finding -> print(out, names, finding));
    store
        .store()
        .unreadable()
        .reasons()
        .forEach(
            (path, reason) ->
                out.printf("%n  unreadable: %s (%s)%n", Quote.line(path), Quote.sentence(reason)));
    printUsage(out, store);
  }

  private static void print(PrintWriter out, Map<ImageId, String> names, Finding finding) {
    Problem problem = finding.problem();
    out.printf("%n  %s (%s)%n", problem.kind().label(), problem.kind().impact().label());
    out.printf("    %s%n", Explanation.message(problem));
    out.printf("    where:    %s%n", Quote.line(problem.path()));
    if (!finding.affectedImages().isEmpty()) {
      out.printf("    affects:  %s%n", line(names, finding.affectedImages()));
    }
    out.printf("    advice:   %s%n", Explanation.advice(problem.kind()));
  }

  private static String verdict(int problems, boolean isWhollyRead) {
    return switch (problems) {
      case 0 -> isWhollyRead ? "no problem" : "no problem in what could be read";
      case 1 -> "1 problem";
      default -> problems + " problems";
    };
  }

  private static void printUsage(PrintWriter out, StoreObservation store) {
    var measured =
        store.store().driverDirectories().stream()
            .flatMap(directory -> store.usageOf(directory).stream())
            .toList();
    if (!measured.isEmpty()) {
      out.printf(
          "%n  %s%d directories, %s on disk%n",
          store.store().use() == StoreUse.LEFT_BEHIND ? "it still holds " : "",
          measured.size(),
          Bytes.format(measured.stream().mapToLong(u -> u.diskBytes()).sum()));
    }
  }

  /// The images by their names where they have some, at most a line's worth.
  private static String line(Map<ImageId, String> names, List<ImageId> images) {
    String line =
        images.stream()
            .limit(MOST_NAMES)
            .map(image -> names.getOrDefault(image, image.toString()))
            .collect(joining(", "));
    int more = images.size() - MOST_NAMES;
    return more > 0 ? "%s and %d more".formatted(line, more) : line;
  }

  /// The first name of each image that has one.
  private static Map<ImageId, String> names(StoreObservation store) {
    var names = new HashMap<ImageId, String>();
    for (Reference reference : store.store().references()) {
      reference.imageId().ifPresent(id -> names.putIfAbsent(id, Quote.line(reference.name())));
    }
    return names;
  }
}
