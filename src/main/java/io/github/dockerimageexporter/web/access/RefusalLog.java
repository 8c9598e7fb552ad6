package io.github.dockerimageexporter.web.access;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.spi.LoggingEventBuilder;

/// The log of who was refused: the same line once an hour at most, and few lines at all, so that
/// neither a forgotten scraper nor an attacker fills it.
public final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger("web");
  private static final long PERIOD_NANOS = Duration.ofHours(1).toNanos();
  private static final int MAX_LINES = 100;

  private final Set<Object> logged = new HashSet<>();
  private long since = System.nanoTime();

  /// Logs a refusal, unless one like it was logged lately.
  ///
  /// @param particulars pairs of the line: who, and why
  public synchronized void log(String refusal, KeyValuePair... particulars) {
    if (System.nanoTime() - since > PERIOD_NANOS) {
      forget();
    }
    if (logged.size() < MAX_LINES && logged.add(List.of(refusal, List.of(particulars)))) {
      LoggingEventBuilder line = LOG.atWarn();
      for (KeyValuePair pair : particulars) {
        line = line.addKeyValue(pair.key, pair.value);
      }
      line.log(refusal);
      if (logged.size() == MAX_LINES) {
        LOG.warn("further refusals are not logged for an hour");
      }
    }
  }

  /// Whoever is refused from now on is worth a line again.
  public synchronized void forget() {
    logged.clear();
    since = System.nanoTime();
  }
}
