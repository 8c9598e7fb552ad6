package io.github.dockerimageexporter.cli;

import java.time.Duration;
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
}
