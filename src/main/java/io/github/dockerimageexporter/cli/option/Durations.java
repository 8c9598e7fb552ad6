package io.github.dockerimageexporter.cli.option;

import java.time.Duration;

/// Durations for a person: two units at most, as in `1h30m`.
public final class Durations {
  private Durations() {}

  public static String format(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return seconds + "s";
    }
    if (duration.toHours() == 0) {
      return "%dm%ds".formatted(duration.toMinutes(), duration.toSecondsPart());
    }
    return "%dh%dm".formatted(duration.toHours(), duration.toMinutesPart());
  }
}
