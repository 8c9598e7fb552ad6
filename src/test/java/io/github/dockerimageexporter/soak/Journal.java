package io.github.dockerimageexporter.soak;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Which operations were done, and when.
final class Journal {
  private final List<Entry> entries = new ArrayList<>();

  /// One operation.
  ///
  /// @param end empty while it is under way
  /// @param complaint what Docker said, if it refused
  private record Entry(
      String operation, Instant begin, Optional<Instant> end, Optional<String> complaint) {
    boolean overlaps(Instant from, Instant to) {
      return begin.isBefore(to) && end.filter(from::isAfter).isEmpty();
    }

    @Override
    public String toString() {
      String outcome = complaint.map(text -> "refused: " + text).orElse("");
      return "%s to %s  %s  %s"
          .formatted(begin, end.map(Instant::toString).orElse("now"), operation, outcome);
    }
  }

  /// How often one operation was done.
  ///
  /// @param complaint what Docker said when it last refused
  record Count(int done, int refused, String complaint) {
    private static final Count NONE = new Count(0, 0, "");

    private Count plus(Entry entry) {
      return entry
          .complaint()
          .map(text -> new Count(done, refused + 1, text))
          .orElse(new Count(done + 1, refused, complaint));
    }

    @Override
    public String toString() {
      return done + " done, " + refused + " refused" + (done == 0 ? ": " + complaint : "");
    }
  }

  /// Writes down that an operation begins; its number is for the end.
  synchronized int begin(String operation) {
    entries.add(new Entry(operation, Instant.now(), Optional.empty(), Optional.empty()));
    return entries.size() - 1;
  }

  synchronized void end(int number, Optional<String> complaint) {
    Entry begun = entries.get(number);
    entries.set(
        number, new Entry(begun.operation(), begun.begin(), Optional.of(Instant.now()), complaint));
  }

  /// What was under way between `time` and some time before, a line each.
  synchronized List<String> before(Instant time, Duration span) {
    return entries.stream()
        .filter(entry -> entry.overlaps(time.minus(span), time))
        .sorted(Comparator.comparing(Entry::begin))
        .map(Entry::toString)
        .toList();
  }

  /// The finished operations by name.
  synchronized Map<String, Count> counts() {
    var counts = new TreeMap<String, Count>();
    for (Entry entry : entries) {
      if (entry.end().isPresent()) {
        Count before = counts.getOrDefault(entry.operation(), Count.NONE);
        counts.put(entry.operation(), before.plus(entry));
      }
    }
    return counts;
  }
}
