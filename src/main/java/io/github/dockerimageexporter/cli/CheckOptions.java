package io.github.dockerimageexporter.cli;

import io.github.dockerimageexporter.refresh.Examiner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import picocli.CommandLine.Option;

/// When what is found counts.
final class CheckOptions {
  @Option(
      names = "--check.settle",
      defaultValue = "1s",
      paramLabel = "DURATION",
      description =
          "Time between the two looks that make a problem real. Default: ${DEFAULT-VALUE}")
  Duration settle = Duration.ofSeconds(1);

  @Option(
      names = "--check.grace",
      defaultValue = "1h",
      paramLabel = "DURATION",
      description =
          "Age before waste counts: what is younger may be a pull or build at work."
              + " Default: ${DEFAULT-VALUE}")
  Duration grace = Duration.ofHours(1);

  Examiner examiner(Path dataRoot) {
    return new Examiner(dataRoot, settle, grace, InstantSource.system());
  }
}
