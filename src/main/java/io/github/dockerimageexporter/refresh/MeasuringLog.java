package io.github.dockerimageexporter.refresh;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the log how far the first measuring of a data root is, once a minute, and that it is
/// done if it has said that. Used by one thread.
final class MeasuringLog {
  private static final Logger LOG = LoggerFactory.getLogger(MeasuringLog.class);
  private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private final long began;
  private long due;
  private boolean done;

  /// @param now on the clock of [System#nanoTime], as every `now`
  MeasuringLog(long now) {
    began = now;
    due = now + EVERY_NANOS;
  }

  /// Nanoseconds until there may be something to say; [Long#MAX_VALUE] if there never will be.
  long remaining(long now) {
    return done ? Long.MAX_VALUE : due - now;
  }

  /// Says how far it is, if it is time to.
  ///
  /// @param pending directories still to be measured
  /// @param scanned directories measured
  /// @param bytes what they take; asked for only if it is told
  void at(long now, int pending, long scanned, LongSupplier bytes) {
    if (done) {
      return;
    }
    boolean hasSaidSo = due - began > EVERY_NANOS;
    done = pending == 0;
    if (done ? hasSaidSo : now - due >= 0) {
      due = now + EVERY_NANOS;
      LOG.atInfo()
          .addKeyValue("directories", scanned)
          .addKeyValue("pending", pending)
          .addKeyValue("bytes", bytes.getAsLong())
          .addKeyValue("seconds", (now - began) / 1_000_000_000)
          .log(done ? "first measurement complete" : "measuring directories for the first time");
    }
  }
}
