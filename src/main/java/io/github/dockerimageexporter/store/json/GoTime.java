package io.github.dockerimageexporter.store.json;

import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;

/// A time as Go reads it: RFC 3339, and since its releases differ in what they pass over, what any
/// of them takes: an hour of one digit, a comma before the fraction, a zone of any size.
///
/// Source: Go, `time`, format_rfc3339.go, format.go (parse).
final class GoTime {
  /// Where the hour begins, of one digit or two; all before it stands at its place.
  private static final int HOUR = 11;

  /// Where the seconds end, if the hour has two digits.
  private static final int FRACTION = 19;

  private static final int MOST_DIGITS_OF_FRACTION = 9;
  private static final int MOST_MINUTES_OF_ZONE = 18 * 60;

  private GoTime() {}

  /// @throws IllegalArgumentException if Go does not read `text`
  static void require(String text, String what) {
    if (!isTime(text)) {
      throw new IllegalArgumentException(what + ": expected a time such as 2006-01-02T15:04:05Z");
    }
  }

  /// The time, if Java reads it as well: it has hours of two digits, a point before the fraction,
  /// nine digits of that and zones of 18 hours.
  ///
  /// @param text one that Go reads
  static Optional<OffsetDateTime> parse(String text) {
    if (text.charAt(HOUR + 2) != ':' || text.charAt(FRACTION) == ',') {
      return Optional.empty();
    }
    int end = fractionEnd(text, FRACTION);
    int digits = Math.max(0, end - FRACTION - 1);
    return digits <= MOST_DIGITS_OF_FRACTION
        ? zone(text, end).map(zone -> time(text, digits, zone))
        : Optional.empty();
  }

  private static OffsetDateTime time(String text, int digits, ZoneOffset zone) {
    int nanos = digits == 0 ? 0 : number(text, FRACTION + 1, FRACTION + 1 + digits);
    for (int i = digits; i < MOST_DIGITS_OF_FRACTION; i++) {
      nanos *= 10;
    }
    return OffsetDateTime.of(
        number(text, 0, 4),
        number(text, 5, 7),
        number(text, 8, 10),
        number(text, HOUR, HOUR + 2),
        number(text, HOUR + 3, HOUR + 5),
        number(text, HOUR + 6, FRACTION),
        nanos,
        zone);
  }

  private static Optional<ZoneOffset> zone(String text, int begin) {
    if (text.charAt(begin) == 'Z') {
      return Optional.of(ZoneOffset.UTC);
    }
    int minutes = number(text, begin + 4, begin + 6);
    int all = 60 * number(text, begin + 1, begin + 3) + minutes;
    return isWithin(minutes, 0, 59) && all <= MOST_MINUTES_OF_ZONE
        ? Optional.of(ZoneOffset.ofTotalSeconds(60 * (text.charAt(begin) == '-' ? -all : all)))
        : Optional.empty();
  }

  private static boolean isTime(String text) {
    int hourEnd = text.indexOf(':');
    if (hourEnd <= HOUR || hourEnd > HOUR + 2 || text.length() < hourEnd + 7) {
      return false;
    }
    return text.charAt(4) == '-'
        && text.charAt(7) == '-'
        && text.charAt(10) == 'T'
        && text.charAt(hourEnd + 3) == ':'
        && isDate(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
        && isWithin(number(text, HOUR, hourEnd), 0, 23)
        && isWithin(number(text, hourEnd + 1, hourEnd + 3), 0, 59)
        && isWithin(number(text, hourEnd + 4, hourEnd + 6), 0, 59)
        && isZone(text, fractionEnd(text, hourEnd + 6));
  }

  private static boolean isDate(int year, int month, int day) {
    return year >= 0
        && isWithin(month, 1, 12)
        && isWithin(day, 1, YearMonth.of(year, month).lengthOfMonth());
  }

  /// Where the fraction of a second ends that may begin at `begin`.
  private static int fractionEnd(String text, int begin) {
    int end = begin;
    if (text.charAt(begin) == '.' || text.charAt(begin) == ',') {
      do {
        end++;
      } while (end < text.length() && isDigit(text.charAt(end)));
    }
    return end == begin + 1 ? begin : end;
  }

  private static boolean isZone(String text, int begin) {
    int length = text.length() - begin;
    if (length == 1) {
      return text.charAt(begin) == 'Z';
    }
    return length == 6
        && (text.charAt(begin) == '+' || text.charAt(begin) == '-')
        && text.charAt(begin + 3) == ':'
        && number(text, begin + 1, begin + 3) >= 0
        && number(text, begin + 4, begin + 6) >= 0;
  }

  /// The number that the digits from `begin` to `end` make; below 0 if there is something else.
  private static int number(String text, int begin, int end) {
    int number = 0;
    for (int i = begin; i < end; i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWithin(int number, int least, int most) {
    return number >= least && number <= most;
  }
}
