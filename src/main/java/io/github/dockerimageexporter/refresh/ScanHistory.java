package io.github.dockerimageexporter.refresh;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How the scans have gone so far.
///
/// @param lastSucceeded whether the last one did; empty before the first
/// @param lastSuccess when the last good one ended
/// @param lastDuration of the last one, good or not
/// @param scans all of them, those that failed too
record ScanHistory(
    Optional<Boolean> lastSucceeded,
    Optional<Instant> lastSuccess,
    Optional<Duration> lastDuration,
    long scans,
    long failures) {
  static final ScanHistory NONE =
      new ScanHistory(Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);

  ScanHistory succeeded(Instant at, Duration took) {
    return new ScanHistory(
        Optional.of(true), Optional.of(at), Optional.of(took), scans + 1, failures);
  }

  ScanHistory failed(Duration took) {
    return new ScanHistory(
        Optional.of(false), lastSuccess, Optional.of(took), scans + 1, failures + 1);
  }
}
