package io.github.dockerimageexporter.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Which data root to scan.
final class StoreOptions {
  @Option(
      names = "--docker.root",
      defaultValue = "/var/lib/docker",
      paramLabel = "DIR",
      description =
          "Docker's data root; a <uid>.<gid> root below it (userns-remap) is found too."
              + " Default: ${DEFAULT-VALUE}")
  Path dataRoot = Path.of("/var/lib/docker");
}
