package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// How a server bore many clients at once, as wrk counted it.
///
/// @param p99Millis the time within which 99 of 100 requests were answered
/// @param errors broken connections, timeouts, and answers of another status than 2xx and 3xx
record Load(double requestsPerSecond, double p99Millis, long errors) {
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s|m)\\b");
  private static final Pattern SOCKET_ERRORS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern STATUS_ERRORS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Asks for `uri` on `connections` at once, as fast as it is answered.
  static Load of(URI uri, int connections, Duration duration)
      throws IOException, InterruptedException {
    return parse(
        Program.of(
                "wrk",
                "--threads=2",
                "--connections=" + connections,
                "--duration=" + duration.toSeconds() + "s",
                "--timeout=" + PATIENCE.toSeconds() + "s",
                "--latency",
                uri.toString())
            .run());
  }

  static Load parse(String report) throws IOException {
    MatchResult p99 = find(P99, report);
    return new Load(
        Double.parseDouble(find(RATE, report).group(1)),
        Double.parseDouble(p99.group(1)) * millisIn(p99.group(2)),
        errors(SOCKET_ERRORS, report) + errors(STATUS_ERRORS, report));
  }

  private static MatchResult find(Pattern pattern, String report) throws IOException {
    Matcher matcher = pattern.matcher(report);
    if (!matcher.find()) {
      throw new IOException("wrk: expected " + pattern + ", found: " + report);
    }
    return matcher.toMatchResult();
  }

  private static double millisIn(String unit) {
    return switch (unit) {
      case "us" -> 0.001;
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      default -> throw new IllegalArgumentException("no unit of time: " + unit);
    };
  }

  /// The sum of the figures; wrk does not print a line of zeros.
  private static long errors(Pattern line, String report) {
    Matcher matcher = line.matcher(report);
    if (!matcher.find()) {
      return 0;
    }
    return IntStream.rangeClosed(1, matcher.groupCount())
        .mapToLong(group -> Long.parseLong(matcher.group(group)))
        .sum();
  }
}
