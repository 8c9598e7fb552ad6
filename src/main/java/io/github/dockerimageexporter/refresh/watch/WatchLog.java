package io.github.dockerimageexporter.refresh.watch;

import io.github.dockerimageexporter.store.WatchedRoot;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Says in the log, under the watcher's name, when the watch stands, when and why it is lost, and
/// how deep it goes: each once, until that changes.
final class WatchLog {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWatcher.class);

  private String loss = "not started";
  private List<WatchedRoot> watched = List.of();

  void stands(List<WatchedRoot> roots, int directories) {
    if (!loss.isEmpty() || !watched.equals(roots)) {
      loss = "";
      watched = roots;
      LoggingEventBuilder event = LOG.atInfo();
      for (WatchedRoot root : roots) {
        event = event.addKeyValue(root.name(), root.path());
      }
      event.addKeyValue("directories", directories).log("watching for changes");
    }
  }

  void lost(String reason) {
    if (!reason.equals(loss)) {
      loss = reason;
      LOG.atWarn()
          .addKeyValue("reason", reason)
          .log("watch lost; changes are only found by the periodic scan until it is back");
    }
  }

  static void watchesObjects() {
    LOG.info("layer directories are watched again");
  }

  static void leavesObjects(String reason) {
    LOG.atInfo()
        .addKeyValue("reason", reason)
        .log("changes inside layer directories are only found by the periodic scan");
  }
}
