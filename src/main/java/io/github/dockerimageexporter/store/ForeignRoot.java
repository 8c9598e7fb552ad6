package io.github.dockerimageexporter.store;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Directories of other programs that are taken for Docker's data root, told by the names in them.
enum ForeignRoot {
  /// Source: containers/storage, `store.go` (GetStore), `layers.go`, `images.go`.
  CONTAINERS_STORAGE(
      "storage of Podman, Buildah or CRI-O; only Docker's image store is read",
      "overlay-images",
      "overlay-layers",
      "vfs-images",
      "vfs-layers",
      "btrfs-images",
      "btrfs-layers",
      "libpod",
      "storage/overlay-images",
      "storage/vfs-images",
      "storage/btrfs-images"),
  /// Source: containerd, `docs/ops.md` (base configuration, root).
  CONTAINERD(
      "containerd's root directory, not Docker's data root",
      "io.containerd.metadata.v1.bolt",
      "io.containerd.content.v1.content"),
  /// Source: k3s, `pkg/daemons/agent`; RKE2 is the same program in another directory.
  K3S(
      "a directory of k3s or RKE2, which keep their images in containerd",
      "agent/containerd",
      "k3s/agent",
      "rke2/agent",
      "containerd/io.containerd.metadata.v1.bolt"),
  /// Source: kubernetes, `pkg/kubelet/config/defaults.go`.
  KUBELET(
      "the kubelet's directory, which has no images",
      "plugins_registry",
      "device-plugins",
      "cpu_manager_state");

  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  ForeignRoot(String description, String... names) {
    this.description = description;
    this.names = List.of(names);
  }

  /// What it is.
  String description() {
    return description;
  }

  /// What has left its names in a directory.
  static Optional<ForeignRoot> of(Path directory) {
    return Arrays.stream(values()).filter(root -> root.isAt(directory)).findFirst();
  }

  private boolean isAt(Path directory) {
    return names.stream()
        .anyMatch(name -> Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS));
  }
}
