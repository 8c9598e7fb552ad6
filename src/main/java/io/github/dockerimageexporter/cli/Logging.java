package io.github.dockerimageexporter.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.github.dockerimageexporter.model.Quote;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The log: one line on standard error for each record, in logfmt or JSON.
///
/// ```text
/// ts=2026-01-01T00:00:00.000Z level=info logger=Refresher msg="data root /var/lib/docker: …"
/// {"ts":"2026-01-01T00:00:00.000Z","level":"info","logger":"Refresher","msg":"…"}
/// ```
final class Logging {

  /// Levels by the names users know them by.
  enum Level {
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

  enum Format {
    logfmt,
    json
  }

  private Logging() {}

  /// Replaces whatever was set up before.
  static void setUp(Level level, Format format) {
    System.setProperty("java.util.logging.manager", LastingLogManager.class.getName());
    Logger root = Logger.getLogger("");
    for (Handler earlier : root.getHandlers()) {
      root.removeHandler(earlier);
    }
    Handler handler = new ConsoleHandler();
    encodeAsUtf8(handler);
    handler.setLevel(level.threshold());
    handler.setFormatter(new LineFormatter(format));
    root.setLevel(level.threshold());
    root.addHandler(handler);
  }

  /// JSON is, whatever the locale says.
  private static void encodeAsUtf8(Handler handler) {
    try {
      handler.setEncoding(StandardCharsets.UTF_8.name());
    } catch (UnsupportedEncodingException impossible) {
      throw new AssertionError("every Java platform has UTF-8", impossible);
    }
  }

  private static final class LineFormatter extends Formatter {
    private final Format format;

    LineFormatter(Format format) {
      this.format = format;
    }

    @Override
    public String format(LogRecord record) {
      String time = record.getInstant().truncatedTo(ChronoUnit.MILLIS).toString();
      String level = Level.of(record.getLevel()).name();
      String logger = simpleName(String.valueOf(record.getLoggerName()));
      String message = quoted(formatMessage(record) + trace(record));
      return switch (format) {
        case logfmt -> "ts=%s level=%s logger=%s msg=%s%n".formatted(time, level, logger, message);
        case json ->
            "{\"ts\":\"%s\",\"level\":\"%s\",\"logger\":\"%s\",\"msg\":%s}%n"
                .formatted(time, level, logger, message);
      };
    }

    /// A JSON string, which logfmt's readers understand too; no line break survives in it, nor what
    /// a terminal obeys.
    private static String quoted(String text) {
      char[] escaped = JsonStringEncoder.getInstance().quoteAsString(text);
      return '"' + Quote.sentence(new String(escaped)) + '"';
    }

    private static String simpleName(String logger) {
      return logger.substring(logger.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static String trace(LogRecord record) {
      Throwable thrown = record.getThrown();
      if (thrown == null) {
        return "";
      }
      var trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      return ": " + trace;
    }
  }
}
