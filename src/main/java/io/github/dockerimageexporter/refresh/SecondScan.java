package io.github.dockerimageexporter.refresh;

import io.github.dockerimageexporter.check.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Lets a problem count only once a second scan, some time after the first, has found it again.
///
/// One scan cannot tell damage from work in progress, since it does not see the whole store at one
/// instant. Two scans that find the same record can: Docker leaves nothing half done for that long.
/// The second must be a full one: what a scan takes for granted it has not seen again.
/// Time is passed in, as nanoseconds of one [System#nanoTime] clock. Owned by one thread.
final class SecondScan {
  private final long settle;
  private Map<Problem, Long> firstSeen = Map.of();
  private List<Problem> confirmed = List.of();
  private boolean settled;

  /// @param settle the least time between the end of the first scan and the start of the second
  SecondScan(Duration settle) {
    this.settle = settle.toNanos();
  }

  /// The problems of one scan that an earlier one has found too.
  ///
  /// @param isFull whether it has seen all of the store again
  List<Problem> confirm(List<Problem> found, boolean isFull, long began, long ended) {
    Set<Problem> before = Set.copyOf(confirmed);
    Map<Problem, Long> seen = HashMap.newHashMap(found.size());
    var twice = new ArrayList<Problem>();
    for (Problem problem : found) {
      long first = firstSeen.getOrDefault(problem, ended);
      seen.put(problem, first);
      if (before.contains(problem) || (isFull && began - first >= settle)) {
        twice.add(problem);
      }
    }
    firstSeen = seen;
    confirmed = List.copyOf(twice);
    settled = confirmed.size() == found.size();
    return confirmed;
  }

  /// What the last scan has confirmed.
  List<Problem> confirmed() {
    return confirmed;
  }

  /// Whether the last scan found nothing that still waits for its second.
  boolean isSettled() {
    return settled;
  }
}
