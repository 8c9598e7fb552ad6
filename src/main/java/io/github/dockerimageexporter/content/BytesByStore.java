package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.scrub.Pace;
import java.util.HashMap;
import java.util.Map;

/// How many bytes were read of each store; for any thread.
final class BytesByStore {
  private final Pace pace;
  private final Map<String, Long> ended = new HashMap<>();
  private String current = "";
  private long began;

  BytesByStore(Pace pace) {
    this.pace = pace;
  }

  synchronized void begin(String store) {
    current = store;
    began = pace.bytesRead();
  }

  synchronized void end() {
    ended.merge(current, pace.bytesRead() - began, Long::sum);
    current = "";
  }

  synchronized long of(String store) {
    return ended.getOrDefault(store, 0L) + (current.equals(store) ? pace.bytesRead() - began : 0);
  }
}
