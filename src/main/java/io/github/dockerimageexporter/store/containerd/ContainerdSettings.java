package io.github.dockerimageexporter.store.containerd;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What of containerd is read.
///
/// @param root its root directory; empty to look for it
/// @param namespaces whose images to read; [#DOCKER] stands for Docker's own, which has another
///     name where its root is remapped
public record ContainerdSettings(Optional<Path> root, List<String> namespaces) {
  /// The namespace in which Docker keeps its images.
  public static final String DOCKER = "moby";

  /// Docker's images, wherever they are.
  public static final ContainerdSettings DEFAULT =
      new ContainerdSettings(Optional.empty(), List.of(DOCKER));

  public ContainerdSettings {
    namespaces = List.copyOf(namespaces);
  }

  /// For a further data root beside one that is read with these: its daemon's own namespace alone.
  public ContainerdSettings ofFurtherDaemon() {
    return new ContainerdSettings(root, namespaces.stream().filter(DOCKER::equals).toList());
  }
}
