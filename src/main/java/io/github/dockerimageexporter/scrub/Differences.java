package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What differs in one layer: how many files, and the first of them.
final class Differences {
  private static final int SHOWN = 10;

  /// Of how many it is kept which they are.
  private static final int KEPT = 100;

  /// How many findings are put off at most.
  private static final int MOST_PUT_OFF = 1000;

  private final Map<Fault, Tally> tallies = new EnumMap<>(Fault.class);

  /// What a later entry of the tar may explain, by paths.
  private final Map<String, PutOff> putOff = new LinkedHashMap<>();

  /// The paths of those, by what explains them.
  private final Map<Object, Set<String>> explained = new HashMap<>();

  private static final class Tally {
    long count;
    final Map<String, String> kept = new LinkedHashMap<>();
  }

  /// A finding that is told unless its reason turns up.
  private record PutOff(String detail, Object reason) {}

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

  /// Puts off to tell that the metadata of `path` are others, in case that `reason` turns up; of
  /// very many, it is told of the first.
  void putOff(String path, String detail, Object reason) {
    if (putOff.size() < MOST_PUT_OFF) {
      putOff.put(path, new PutOff(detail, reason));
      explained.computeIfAbsent(reason, _ -> new HashSet<>()).add(path);
    }
  }

  /// Takes back what was put off for `reason`, which has turned up.
  void explain(Object reason) {
    if (!explained.isEmpty()) {
      Set<String> paths = explained.remove(reason);
      if (paths != null) {
        paths.forEach(putOff::remove);
      }
    }
  }

  private void forgetPutOff(String path) {
    PutOff finding = putOff.remove(path);
    if (finding != null) {
      explained.computeIfPresent(
          finding.reason(),
          (_, paths) -> {
            paths.remove(path);
            return paths.isEmpty() ? null : paths;
          });
    }
  }

  /// Adds what was put off, and not taken back since.
  void addPutOff() {
    putOff.forEach((path, finding) -> add(Fault.FILE_METADATA, path, finding.detail()));
    putOff.clear();
    explained.clear();
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
    forgetPutOff(path);
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
