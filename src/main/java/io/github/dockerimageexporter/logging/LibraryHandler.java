package io.github.dockerimageexporter.logging;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;

/// The way to the log of what the JDK tells java.util.logging.
final class LibraryHandler extends Handler {
  private final SimpleFormatter messages = new SimpleFormatter();

  @Override
  public void publish(LogRecord record) {
    Logging.write(
        new Event(
            record.getInstant(),
            Logging.Level.of(record.getLevel()),
            String.valueOf(record.getLoggerName()),
            messages.formatMessage(record),
            Event.pairsOf(record.getThrown()).toList()));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
