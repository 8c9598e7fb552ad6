package io.github.dockerimageexporter.observation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How the scanning itself goes: what the exporter says of itself at each scrape.
///
/// @param lastSucceeded whether the last scan came to its end; empty before the first
/// @param lastSuccess when the last good scan ended
/// @param watchUp whether every directory that should be watched is
/// @param ailment why scans are not to be expected any more, if so
/// @param directoriesPending directories still to be measured
public record RefreshStatus(
    Optional<String> ailment,
    Optional<Boolean> lastSucceeded,
    Optional<Instant> lastSuccess,
    Optional<Duration> lastDuration,
    long refreshes,
    long failures,
    boolean watchUp,
    long watchEvents,
    long watchOverflows,
    int directoriesPending,
    long directoriesScanned) {}
