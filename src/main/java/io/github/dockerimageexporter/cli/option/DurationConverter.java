package io.github.dockerimageexporter.cli.option;

import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MILLIS;
import static java.time.temporal.ChronoUnit.MINUTES;
import static java.time.temporal.ChronoUnit.SECONDS;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Durations as Prometheus writes them: `250ms`, `30s`, `5m`, `1h`, `7d`, `1h30m`, and `0`, which
/// alone needs no unit; a hundred years at most, so that the sum of a few still counts in
/// nanoseconds.
public class DurationConverter implements ITypeConverter<Duration> {
  private static final String AMOUNT = "(?:([0-9]{1,9})%s)?";
  private static final Pattern FORM =
      Pattern.compile("0|(?=.)" + String.format(AMOUNT.repeat(5), "d", "h", "m", "s", "ms"));

  /// Of the groups of [#FORM].
  private static final List<ChronoUnit> UNITS = List.of(DAYS, HOURS, MINUTES, SECONDS, MILLIS);

  private static final Duration LONGEST = Duration.ofDays(36_500);

  /// The time from one time to the next, so more than nothing.
  public static final class Interval extends DurationConverter {
    @Override
    public Duration convert(String text) {
      Duration duration = super.convert(text);
      if (duration.isZero()) {
        throw new TypeConversionException("must be greater than zero, got \"" + text + "\"");
      }
      return duration;
    }
  }

  @Override
  public Duration convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "expected a duration such as 250ms, 30s, 5m, 1h, 7d or 1h30m, got \"" + text + "\"");
    }
    Duration duration = sum(matcher);
    if (duration.compareTo(LONGEST) > 0) {
      throw new TypeConversionException(
          "must be at most %dd, got \"%s\"".formatted(LONGEST.toDays(), text));
    }
    return duration;
  }

  private static Duration sum(Matcher matcher) {
    Duration sum = Duration.ZERO;
    for (int group = 1; group <= UNITS.size(); group++) {
      String amount = matcher.group(group);
      if (amount != null) {
        sum = sum.plus(Long.parseLong(amount), UNITS.get(group - 1));
      }
    }
    return sum;
  }
}
