package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.content.ScrubTargets.LayerState;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;

/// Which layer is scrubbed first: one that came since the start, then those that were there,
/// longest unread first. For one thread.
final class ScrubOrder {
  /// Behind all that came since the start.
  private static final long BACKLOG = 1L << 62;

  private final ScrubSchedule schedule;
  private final DerivedMap<LayerState, Long, Long> places =
      new DerivedMap<>(KeyOrder.byHash(), (state, _) -> place(state));
  private boolean hasStarted;

  ScrubOrder(ScrubSchedule schedule) {
    this.schedule = schedule;
  }

  /// Where each of `present` stands in line.
  PersistentMap<LayerState, Long> of(PersistentMap<LayerState, Long> present) {
    PersistentMap<LayerState, Long> line = places.of(present);
    hasStarted = true;
    return line;
  }

  /// The one whose turn comes next was read first, by whoever did.
  private long place(LayerState state) {
    long turn = schedule.clock().millis() + schedule.untilTurn(state.layer()).toMillis();
    return hasStarted ? turn : BACKLOG + turn;
  }
}
