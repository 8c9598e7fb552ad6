package io.github.dockerimageexporter.cli.option;

import io.github.dockerimageexporter.refresh.StoreScanner;
import java.time.Duration;
import java.time.InstantSource;
import picocli.CommandLine.Option;

/// When what is found counts.
public final class CheckOptions {
  @Option(
      names = "--check.settle",
      defaultValue = "1s",
      paramLabel = "DURATION",
      description =
          "Report a problem only if it is still there after this long. Default: ${DEFAULT-VALUE}")
  public Duration settle = Duration.ofSeconds(1);

  @Option(
      names = "--check.grace",
      defaultValue = "1h",
      paramLabel = "DURATION",
      description =
          "Ignore leftovers younger than this; they may belong to a running pull or build."
              + " Default: ${DEFAULT-VALUE}")
  public Duration grace = Duration.ofHours(1);

  public StoreScanner scanner(StoreOptions store) {
    return new StoreScanner(
        store.dataRoot, store.containerd(), settle, grace, InstantSource.system());
  }
}
