package io.github.dockerimageexporter.store;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A time as Go reads it: RFC 3339, and since its releases differ in what they pass over, what any
/// of them takes: an hour of one digit, a comma before the fraction, a zone of any size.
///
/// Source: Go, `time`, format_rfc3339.go, format.go (parse).
final class GoTime {
  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})T(\\d{1,2}):(\\d{2}):(\\d{2})([.,]\\d+)?(Z|[+-]\\d{2}:\\d{2})");

  private GoTime() {}

  /// @throws IllegalArgumentException if Go does not read `text`
  static void require(String text, String what) {
    if (!isTime(text)) {
      throw new IllegalArgumentException(what + ": expected a time such as 2006-01-02T15:04:05Z");
    }
  }

  /// The time, if Java reads it as well: it has nine digits of a second and zones of 18 hours.
  static Optional<OffsetDateTime> parse(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text));
    } catch (DateTimeParseException notReadHere) {
      return Optional.empty();
    }
  }

  private static boolean isTime(String text) {
    Matcher form = FORM.matcher(text);
    try {
      return form.matches()
          && LocalDate.parse(form.group(1)) != null
          && LocalTime.of(number(form, 2), number(form, 3), number(form, 4)) != null;
    } catch (DateTimeException outOfRange) {
      return false;
    }
  }

  private static int number(Matcher form, int group) {
    return Integer.parseInt(form.group(group));
  }
}
