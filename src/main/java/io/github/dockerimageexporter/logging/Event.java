package io.github.dockerimageexporter.logging;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.github.dockerimageexporter.model.Quote;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// What is logged at one time.
///
/// @param logger its name; the last part of it is shown, in lower case
/// @param particulars pairs of their own in the line, in this order
record Event(
    Instant time,
    Logging.Level level,
    String logger,
    String message,
    List<KeyValuePair> particulars) {
  private static final String MESSAGE = "msg";

  /// What logfmt's readers take without quotation marks.
  private static final Pattern BARE = Pattern.compile("[!-~&&[^\"=\\\\]]+");

  /// The pairs that tell of an exception.
  static Stream<KeyValuePair> pairsOf(@Nullable Throwable thrown) {
    if (thrown == null) {
      return Stream.empty();
    }
    var trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    return Stream.of(
        new KeyValuePair("error", thrown.toString()),
        new KeyValuePair("stacktrace", trace.toString()));
  }

  String line(Logging.Format format) {
    return switch (format) {
      case logfmt -> pairs().map(Event::logfmt).collect(Collectors.joining(" ", "", "\n"));
      case json -> pairs().map(Event::json).collect(Collectors.joining(",", "{", "}\n"));
    };
  }

  private Stream<KeyValuePair> pairs() {
    return Stream.concat(
        Stream.of(
            new KeyValuePair("ts", time.truncatedTo(ChronoUnit.MILLIS)),
            new KeyValuePair("level", level),
            new KeyValuePair("logger", simpleName(logger)),
            new KeyValuePair(MESSAGE, message)),
        particulars.stream());
  }

  private static String logfmt(KeyValuePair pair) {
    String value = String.valueOf(pair.value);
    boolean bare = !pair.key.equals(MESSAGE) && BARE.matcher(value).matches();
    return pair.key + "=" + (bare ? value : quoted(value));
  }

  private static String json(KeyValuePair pair) {
    return quoted(pair.key)
        + ":"
        + switch (pair.value) {
          case Integer number -> number;
          case Long number -> number;
          case Boolean truth -> truth;
          case null, default -> quoted(String.valueOf(pair.value));
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
}
