package io.github.dockerimageexporter.logging;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/// SLF4J's way to the log.
final class LineLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1L;

  LineLogger(String name) {
    this.name = name;
  }

  /// An event of the fluent interface, with its particulars.
  @Override
  public void log(LoggingEvent event) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    write(
        event.getLevel(),
        MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray()),
        pairs == null ? Stream.empty() : pairs.stream(),
        event.getThrowable());
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    write(level, MessageFormatter.basicArrayFormat(message, arguments), Stream.empty(), thrown);
  }

  private void write(
      Level level, String message, Stream<KeyValuePair> pairs, @Nullable Throwable thrown) {
    Logging.write(
        new Event(
            Instant.now(),
            levelOf(level),
            name,
            message,
            Stream.concat(pairs, Event.pairsOf(thrown)).toList()));
  }

  private static Logging.Level levelOf(Level level) {
    return switch (level) {
      case ERROR -> Logging.Level.error;
      case WARN -> Logging.Level.warn;
      case INFO -> Logging.Level.info;
      case DEBUG, TRACE -> Logging.Level.debug;
    };
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public boolean isDebugEnabled() {
    return Logging.isEnabled(Logging.Level.debug);
  }

  @Override
  public boolean isInfoEnabled() {
    return Logging.isEnabled(Logging.Level.info);
  }

  @Override
  public boolean isWarnEnabled() {
    return Logging.isEnabled(Logging.Level.warn);
  }

  @Override
  public boolean isErrorEnabled() {
    return Logging.isEnabled(Logging.Level.error);
  }

  /// Lines do not tell who called.
  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }
}
