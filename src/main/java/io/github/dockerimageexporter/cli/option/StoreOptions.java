package io.github.dockerimageexporter.cli.option;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Which data root to scan.
public final class StoreOptions {
  @Option(
      names = "--docker.root",
      defaultValue = "/var/lib/docker",
      paramLabel = "DIR",
      description =
          "Docker's data root; a <uid>.<gid> root below it (userns-remap) is found too."
              + " Default: ${DEFAULT-VALUE}")
  public Path dataRoot = Path.of("/var/lib/docker");
}
