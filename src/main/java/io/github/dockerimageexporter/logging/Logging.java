package io.github.dockerimageexporter.logging;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/// The log: one line on standard error for each event, in logfmt or JSON.
///
/// ```text
/// ts=2026-01-01T00:00:00.000Z level=warn logger=refresher msg="cannot read" path=image/overlay2
/// {"ts":"2026-01-01T00:00:00.000Z","level":"warn","logger":"refresher","msg":"cannot read",…}
/// ```
public final class Logging {
  private static final int CAPACITY_BYTES = 1 << 20;
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(2);

  private static volatile Logging current =
      new Logging(Level.warn, Format.logfmt, new FileOutputStream(FileDescriptor.err));

  private final Level level;
  private final Format format;
  private final LineWriter writer;

  /// Levels by the names users know them by.
  public enum Level {
    debug,
    info,
    warn,
    error;

    /// The level of java.util.logging at which this one begins.
    java.util.logging.Level threshold() {
      return switch (this) {
        case debug -> java.util.logging.Level.FINE;
        case info -> java.util.logging.Level.INFO;
        case warn -> java.util.logging.Level.WARNING;
        case error -> java.util.logging.Level.SEVERE;
      };
    }

    static Level of(java.util.logging.Level level) {
      for (Level candidate : values()) {
        if (level.intValue() <= candidate.threshold().intValue()) {
          return candidate;
        }
      }
      return error;
    }
  }

  /// How an event becomes a line.
  public enum Format {
    logfmt,
    json
  }

  private Logging(Level level, Format format, OutputStream out) {
    this.level = level;
    this.format = format;
    this.writer = new LineWriter(out, CAPACITY_BYTES, this::ofDropped);
  }

  /// Replaces whatever was set up before. Exceptions that nobody catches are logged from now on.
  public static void setUp(Level level, Format format) {
    setUp(level, format, new FileOutputStream(FileDescriptor.err));
  }

  static void setUp(Level level, Format format, OutputStream out) {
    current = new Logging(level, format, out);
    Logger root = Logger.getLogger("");
    for (Handler earlier : root.getHandlers()) {
      root.removeHandler(earlier);
    }
    root.setLevel(level.threshold());
    root.addHandler(new LibraryHandler());
    Thread.setDefaultUncaughtExceptionHandler(Logging::logUncaught);
  }

  /// Waits until all lines are written, but not for long: standard error may be stuck.
  public static void flush() {
    current.writer.flush(FLUSH_LIMIT);
  }

  static boolean isEnabled(Level level) {
    return level.compareTo(current.level) >= 0;
  }

  static void write(Event event) {
    Logging log = current;
    log.writer.write(event.line(log.format));
  }

  private static void logUncaught(Thread thread, Throwable failure) {
    LoggerFactory.getLogger(Logging.class)
        .atError()
        .addKeyValue("thread", thread.getName())
        .setCause(failure)
        .log("thread terminated by an exception");
  }

  private String ofDropped(long lines) {
    return new Event(
            Instant.now(),
            Level.warn,
            Logging.class.getName(),
            "log lines dropped: standard error was blocked",
            List.of(new KeyValuePair("lines", lines)))
        .line(format);
  }
}
