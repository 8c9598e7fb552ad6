package io.github.dockerimageexporter.refresh.watch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way from the watch to the refresh thread, and the count of what went along it.
final class WatchSignal {
  private static final Logger LOG = LoggerFactory.getLogger(WatchSignal.class);

  private final Runnable dirty;
  private final AtomicBoolean failed = new AtomicBoolean();
  final Changes changes = new Changes();
  final LongAdder events = new LongAdder();
  final LongAdder overflows = new LongAdder();

  WatchSignal(Runnable dirty) {
    this.dirty = dirty;
  }

  /// Asks for a scan; an exception from the receiver must not end the watch.
  void raise() {
    try {
      dirty.run();
    } catch (RuntimeException e) {
      if (failed.compareAndSet(false, true)) {
        LOG.error("failed to signal a change; further failures are not logged", e);
      }
    }
  }
}
