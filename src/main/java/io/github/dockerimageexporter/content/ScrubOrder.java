package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which layer is scrubbed first: one that came since the start, then those that were there,
/// longest unread first.
final class ScrubOrder {
  private final ScrubSchedule schedule;

  /// Those that were there at the start and have not been read yet; empty before the start.
  private Optional<Set<LayerState>> backlog = Optional.empty();

  ScrubOrder(ScrubSchedule schedule) {
    this.schedule = schedule;
  }

  /// All `present` ones, those that were not `read` yet first.
  List<LayerState> of(Collection<LayerState> present, Collection<LayerState> read) {
    var unread = new ArrayList<LayerState>();
    var all = new ArrayList<LayerState>(present.size());
    for (LayerState state : present) {
      (read.contains(state) ? all : unread).add(state);
    }
    Set<LayerState> old = backlog.orElseGet(() -> new HashSet<>(unread));
    backlog = Optional.of(old);
    if (!old.isEmpty()) {
      old.retainAll(new HashSet<>(unread));
    }
    unread.sort(
        Comparator.comparing((LayerState state) -> old.contains(state))
            .thenComparing(state -> schedule.untilTurn(state.layer())));
    all.addAll(0, unread);
    return all;
  }
}
