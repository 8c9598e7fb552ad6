package io.github.dockerimageexporter.cli.option;

import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

  @Option(
      names = "--containerd.root",
      paramLabel = "DIR",
      description =
          "Containerd's root, for Docker's containerd image store. Default: containerd/daemon in"
              + " the data root, root in /etc/containerd/config.toml, or /var/lib/containerd")
  Optional<Path> containerdRoot = Optional.empty();

  @Option(
      names = "--containerd.namespaces",
      defaultValue = "moby",
      split = ",",
      converter = NamespaceConverter.class,
      paramLabel = "NAME",
      description =
          "Containerd namespaces whose images to read, separated by commas; moby is Docker's own."
              + " Default: ${DEFAULT-VALUE}")
  List<String> containerdNamespaces = List.of("moby");

  /// The defaults, for a data root of one's own.
  public static StoreOptions of(Path dataRoot) {
    var options = new StoreOptions();
    options.dataRoot = dataRoot;
    return options;
  }

  /// The command that plans the repair of what is scanned so.
  public PlanCommand planCommand() {
    return PlanCommand.of(dataRoot, containerdRoot, containerdNamespaces);
  }

  /// What of containerd is read.
  public ContainerdSettings containerd() {
    return new ContainerdSettings(containerdRoot, containerdNamespaces);
  }
}
