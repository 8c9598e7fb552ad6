package io.github.dockerimageexporter.web.access;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How often the server may be asked: once each `interval`, and `burst` times in a row.
public record Rate(Duration interval, int burst) {
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final int MAX_BURST = 1_000_000;
  private static final Duration MAX_INTERVAL = Duration.ofHours(1);
  private static final Pattern STEP =
      Pattern.compile("\\G([0-9]{1,5}(?:\\.[0-9]{1,9})?)(ns|us|ms|s|m|h)");

  public Rate {
    if (burst < 1 || burst > MAX_BURST) {
      throw new IllegalArgumentException("burst: expected 1 to 1000000, found " + burst);
    }
    if (interval.compareTo(MAX_INTERVAL) > 0) {
      throw new IllegalArgumentException("interval: expected at most 1h, found " + interval);
    }
  }

  /// Parses a duration as Go writes it, such as `500ms` or `1m30s`; `0` is none.
  public static Duration parseInterval(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher step = STEP.matcher(text);
    long nanos = 0;
    int end = 0;
    while (step.find()) {
      long unit = NANOS.getOrDefault(step.group(2), 0L);
      nanos += new BigDecimal(step.group(1)).multiply(BigDecimal.valueOf(unit)).longValue();
      end = step.end();
    }
    if (end == 0 || end != text.length()) {
      throw new IllegalArgumentException(
          "interval: expected a duration such as 500ms, found \"" + text + "\"");
    }
    return Duration.ofNanos(nanos);
  }
}
