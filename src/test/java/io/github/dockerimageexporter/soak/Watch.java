package io.github.dockerimageexporter.soak;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Scrapes an exporter each second and reads its log, for what must not be there.
///
/// The log tells of every scan, the ones between two scrapes included, and is written before what
/// it tells is served. What is proven of the engine may be there.
final class Watch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /// How far back the operations go that may have to do with a problem.
  private static final Duration SPAN = Duration.ofSeconds(10);

  private static final Pattern FOUND =
      Pattern.compile(
          "msg=\"problem found\" problem=(?<problem>[a-z_]+) .*?path=(?<path>\"[^\"]*\"|\\S+)");
  private static final Pattern SOLVED =
      Pattern.compile(
          "msg=\"problem solved\" problem=(?<problem>[a-z_]+) .*?path=(?<path>\"[^\"]*\"|\\S+)");
  private static final Pattern TROUBLE = Pattern.compile("level=error|scan failed");

  private static final Set<String> HARMFUL =
      Arrays.stream(Kind.values())
          .filter(kind -> kind.impact() != Impact.WASTE)
          .map(Kind::label)
          .collect(toSet());

  private final ExporterProcess exporter;
  private final Journal journal;
  private final List<TrueDamage> trueDamage;
  private final Evidence evidence;
  private final Routine routine = new Routine(INTERVAL, this::scan);
  private final List<String> violations = new ArrayList<>();
  private final Map<String, Integer> found = new TreeMap<>();
  private final Map<String, String> known = new TreeMap<>();
  private double lastChange;
  private Scrape latest = new Scrape(List.of());
  private int linesRead;
  private int scrapes;
  private double scans;

  Watch(ExporterProcess exporter, Journal journal, List<TrueDamage> trueDamage, Evidence evidence) {
    this.exporter = exporter;
    this.journal = journal;
    this.trueDamage = List.copyOf(trueDamage);
    this.evidence = evidence;
  }

  void start() {
    routine.start();
  }

  /// What was seen that must not be, with what was under way.
  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  synchronized void violated(String what) throws InterruptedException {
    var time = Instant.now();
    String text =
        journal.before(time, SPAN).stream()
            .collect(joining("\n    ", "%s %s%n  under way:%n    ".formatted(time, what), ""));
    try {
      text += "\n  evidence: " + evidence.save(text);
    } catch (IOException failure) {
      text += "\n  no evidence: " + failure;
    }
    System.out.println("soak: VIOLATION " + text);
    violations.add(text);
  }

  /// The waste that is known now: its kinds by its paths.
  synchronized Map<String, String> known() {
    return Map.copyOf(known);
  }

  /// What the exporter last said.
  synchronized Scrape latest() {
    return latest;
  }

  /// How often it was asked.
  synchronized int scrapes() {
    return scrapes;
  }

  /// How many scans there had been when it was asked last.
  synchronized double scans() {
    return scans;
  }

  /// How many scans there were when the known problems last changed.
  synchronized double lastChange() {
    return lastChange;
  }

  /// Scrapes, scans, and problems found by kind, in one line each.
  synchronized String counts() {
    String proven = trueDamage.stream().map(TrueDamage::tally).collect(joining("; "));
    return "%d scrapes of %.0f scans; found at work: %s; proven of the engine: %s; violations: %d"
        .formatted(scrapes, scans, found, proven, violations.size());
  }

  @Override
  public void close() {
    routine.close();
  }

  private synchronized void scan() throws InterruptedException {
    boolean isAnswered = scrape();
    readLog();
    if (isAnswered) {
      compare();
    }
  }

  private boolean scrape() throws InterruptedException {
    try {
      latest = exporter.metrics();
      scans = latest.value("docker_image_exporter_refreshes_total");
      scrapes++;
      return true;
    } catch (IOException | RuntimeException failure) {
      violated("scrape failed: " + failure);
      return false;
    }
  }

  private void compare() throws InterruptedException {
    List<String> shown =
        latest.of("docker_store_problems").stream()
            .filter(series -> !series.label("impact").equals("waste"))
            .filter(series -> series.value() > proven(series.label("problem")))
            .map(Scrape.Series::toString)
            .toList();
    if (!shown.isEmpty()) {
      violated("scrape shows " + shown);
    }
  }

  private long proven(String problem) {
    return trueDamage.stream()
        .filter(damage -> damage.kind().label().equals(problem))
        .mapToLong(TrueDamage::now)
        .sum();
  }

  private void readLog() throws InterruptedException {
    try {
      List<String> lines = exporter.log().lines().toList();
      for (String line : lines.subList(linesRead, lines.size())) {
        readLine(line);
      }
      linesRead = lines.size();
    } catch (IOException failure) {
      violated("log unreadable: " + failure);
    }
  }

  private void readLine(String line) throws InterruptedException {
    Matcher problem = FOUND.matcher(line);
    boolean harmful = false;
    if (problem.find()) {
      found.merge(problem.group("problem"), 1, Integer::sum);
      if (HARMFUL.contains(problem.group("problem"))) {
        harmful = !isTrue(line);
      } else {
        known.put(problem.group("path"), problem.group("problem"));
      }
      lastChange = scans;
    }
    Matcher solved = SOLVED.matcher(line);
    if (solved.find()) {
      known.remove(solved.group("path"));
      lastChange = scans;
    }
    if (harmful || TROUBLE.matcher(line).find()) {
      violated("logged: " + line);
    }
  }

  private boolean isTrue(String line) throws InterruptedException {
    for (TrueDamage damage : trueDamage) {
      if (damage.explain(line)) {
        return true;
      }
    }
    return false;
  }
}
