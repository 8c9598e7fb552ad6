package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// What differs in one layer: how many files, and the first of them.
final class Differences {
  private static final int SHOWN = 10;

  /// Of how many it is kept which they are.
  private static final int KEPT = 100;

  private final Map<Fault, Tally> tallies = new EnumMap<>(Fault.class);

  private static final class Tally {
    long count;
    final Map<String, String> kept = new LinkedHashMap<>();
  }

  void add(Fault fault, String path) {
    add(fault, path, "");
  }

  /// @param detail what is wrong of it, fit to be shown; empty if the fault says it
  void add(Fault fault, String path, String detail) {
    Tally tally = tallies.computeIfAbsent(fault, _ -> new Tally());
    tally.count++;
    if (tally.kept.size() < KEPT) {
      String shown = path.isEmpty() ? "/" : Quote.line(TarPath.decoded(path));
      tally.kept.put(path, detail.isEmpty() ? shown : "%s (%s)".formatted(shown, detail));
    }
  }

  boolean isEmpty() {
    return tallies.isEmpty();
  }

  boolean has(Fault fault) {
    return tallies.containsKey(fault);
  }

  /// Takes back what was added; whether anything was.
  boolean remove(Fault fault) {
    return tallies.remove(fault) != null;
  }

  /// Takes back all that was added.
  void clear() {
    tallies.clear();
  }

  /// Takes back what was added of `path`, which a later entry of the tar replaces.
  void forget(String path) {
    if (tallies.isEmpty()) {
      return;
    }
    tallies
        .values()
        .forEach(
            tally -> {
              if (tally.kept.remove(path) != null) {
                tally.count--;
              }
            });
    tallies.values().removeIf(tally -> tally.count == 0);
  }

  Map<Fault, AffectedFiles> toMap() {
    Map<Fault, AffectedFiles> files = new EnumMap<>(Fault.class);
    tallies.forEach(
        (fault, tally) ->
            files.put(
                fault,
                new AffectedFiles(
                    tally.count, tally.kept.values().stream().limit(SHOWN).toList())));
    return files;
  }
}
