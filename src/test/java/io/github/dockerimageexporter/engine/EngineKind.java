package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.debian.DebianRoot;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// An engine that tests run: where its programs are from, what it keeps images in, and on what kind
/// of host.
public record EngineKind(Origin origin, ImageStore store, Host host) {
  /// The machine's engine and those of later Debians, each with the graph driver of most hosts.
  public static final List<EngineKind> OVERLAY2 = onEach(ImageStore.OVERLAY2, Origin.values());

  /// These, and the machine's with the driver that stacks no directories.
  public static final List<EngineKind> GRAPH_DRIVERS =
      List.of(
          OVERLAY2.get(0),
          new EngineKind(Origin.MACHINE, ImageStore.VFS),
          OVERLAY2.get(1),
          OVERLAY2.get(2));

  /// Those that keep images in containerd.
  public static final List<EngineKind> CONTAINERD =
      List.of(
          new EngineKind(Origin.TRIXIE, ImageStore.CONTAINERD),
          new EngineKind(Origin.TRIXIE, ImageStore.SEPARATE_CONTAINERD),
          new EngineKind(Origin.SID, ImageStore.CONTAINERD),
          new EngineKind(Origin.SID, ImageStore.SEPARATE_CONTAINERD));

  /// Engines with a graph driver on the rarer kinds of hosts.
  private static final List<EngineKind> GRAPH_DRIVER_HOSTS =
      List.of(
          new EngineKind(Origin.MACHINE, ImageStore.OVERLAY2, Host.USERNS_REMAP),
          new EngineKind(Origin.TRIXIE, ImageStore.OVERLAY2, Host.USERNS_REMAP),
          new EngineKind(Origin.SID, ImageStore.OVERLAY2, Host.USERNS_REMAP),
          new EngineKind(Origin.MACHINE, ImageStore.OVERLAY2, Host.ROOTLESS),
          new EngineKind(Origin.MACHINE, ImageStore.FUSE_OVERLAYFS, Host.ROOTLESS),
          new EngineKind(Origin.SID, ImageStore.OVERLAY2, Host.ROOTLESS),
          new EngineKind(Origin.SID, ImageStore.FUSE_OVERLAYFS, Host.ROOTLESS),
          new EngineKind(Origin.MACHINE, ImageStore.FUSE_OVERLAYFS),
          new EngineKind(Origin.SID, ImageStore.VFS),
          new EngineKind(Origin.SID, ImageStore.BTRFS, Host.ON_BTRFS),
          new EngineKind(Origin.MACHINE, ImageStore.OVERLAY2, Host.ON_XFS));

  /// The same of those that keep images in containerd.
  private static final List<EngineKind> CONTAINERD_HOSTS =
      List.of(
          new EngineKind(Origin.SID, ImageStore.NATIVE),
          new EngineKind(Origin.SID, ImageStore.CONTAINERD, Host.ROOTLESS),
          new EngineKind(Origin.SID, ImageStore.CONTAINERD, Host.ON_XFS),
          new EngineKind(Origin.SID, ImageStore.SEPARATE_CONTAINERD, Host.ON_TWO_DISKS));

  /// Engines whose disk fails: the machine's, and of kinds of hosts one that keeps images in
  /// containerd as well.
  public static List<EngineKind> onFailingDisks() {
    var machine = new EngineKind(Origin.MACHINE, ImageStore.OVERLAY2, Host.ON_FAILING_DISK);
    var containerd = new EngineKind(Origin.SID, ImageStore.CONTAINERD, Host.ON_FAILING_DISK);
    return isOfHosts() ? List.of(machine, containerd) : List.of(machine);
  }

  public EngineKind(Origin origin, ImageStore store) {
    this(origin, store, Host.PLAIN);
  }

  /// What a test of figures and of content runs with a graph driver.
  public static List<EngineKind> graphDrivers() {
    return isOfHosts() ? GRAPH_DRIVER_HOSTS : GRAPH_DRIVERS;
  }

  /// What it runs with containerd, of those that it runs elsewhere.
  public static List<EngineKind> containerd(List<EngineKind> elsewhere) {
    return isOfHosts() ? CONTAINERD_HOSTS : elsewhere;
  }

  /// The newest engine with a store, for what takes long; where every engine does it, those of
  /// later Debians.
  public static List<EngineKind> newest(ImageStore store) {
    return isThorough() ? onEach(store, Origin.SID, Origin.TRIXIE) : onEach(store, Origin.SID);
  }

  /// Whether every engine does what takes long, and not only the machine's: `-Dengines=all`.
  public static boolean isThorough() {
    return "all".equals(System.getProperty("engines"));
  }

  /// Whether kinds of hosts are tested: `-Dengines=hosts`.
  private static boolean isOfHosts() {
    return "hosts".equals(System.getProperty("engines"));
  }

  /// The Debian to run it in, if it is not the machine itself.
  Optional<DebianRoot> debian() {
    return origin.debian(host);
  }

  /// Where a graph driver's store is below the data root.
  public GraphDriverLayout layout() {
    return new GraphDriverLayout(host.prefix(), store.driver());
  }

  /// Where an engine's programs are from.
  ///
  /// | origin    | is                    | Docker, containerd                 |
  /// |-----------|-----------------------|------------------------------------|
  /// | `MACHINE` | what this machine has | 20.10, 1.6 where that is Debian 12 |
  /// | `TRIXIE`  | Debian 13             | 26.1, 1.7                          |
  /// | `SID`     | Debian unstable       | 28.5, 2.1                          |
  public enum Origin {
    MACHINE,
    TRIXIE,
    SID;

    private static final List<String> PACKAGES =
        List.of(
            "docker.io",
            "docker-cli",
            "docker-buildx",
            "containerd",
            "runc",
            "iptables",
            "ca-certificates");

    /// What a user's dockerd takes besides.
    private static final List<String> ROOTLESS_PACKAGES =
        Stream.concat(
                PACKAGES.stream(),
                Stream.of("rootlesskit", "slirp4netns", "iproute2", "uidmap", "fuse-overlayfs"))
            .toList();

    /// The Debian to run it in, if it is not the machine itself.
    private Optional<DebianRoot> debian(Host host) {
      String suite = name().toLowerCase(Locale.ROOT);
      return switch (this) {
        case MACHINE -> Optional.empty();
        case TRIXIE, SID ->
            Optional.of(
                host == Host.ROOTLESS
                    ? new DebianRoot(
                        suite + "-rootless", suite, Optional.empty(), ROOTLESS_PACKAGES)
                    : new DebianRoot(suite, PACKAGES));
      };
    }
  }

  private static List<EngineKind> onEach(ImageStore store, Origin... origins) {
    return Stream.of(origins).map(origin -> new EngineKind(origin, store)).toList();
  }

  @Override
  public String toString() {
    return (origin + " " + store + " " + host).toLowerCase(Locale.ROOT);
  }
}
