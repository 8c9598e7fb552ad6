package io.github.dockerimageexporter.refresh.watch;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the log, under the watcher's name, when the watch stands, when and why it is lost, and
/// how deep it goes: each once, until that changes.
final class WatchLog {
  private static final Logger LOG = LoggerFactory.getLogger(StoreWatcher.class);

  private final Path root;
  private String loss = "not started";

  WatchLog(Path root) {
    this.root = root;
  }

  void stands(int directories) {
    if (!loss.isEmpty()) {
      loss = "";
      LOG.atInfo()
          .addKeyValue("data_root", root)
          .addKeyValue("directories", directories)
          .log("watching for changes");
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
