package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.debian.Chroot;
import io.github.dockerimageexporter.engine.machine.Disk;
import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// The command lines of an engine's programs, and the files and sockets they name.
///
/// @param directory of the engine
/// @param host what it runs on
/// @param enter what stands before each client
/// @param enterForContainers what stands before each daemon
record EngineCommands(
    Path directory, Host host, List<String> enter, List<String> enterForContainers) {
  /// Runs the arguments where the sub-IDs of all users are those in the file `$0`, and where every
  /// user may use FUSE and TUN, as udev has it.
  private static final String WITH_SUB_IDS =
      """
      set -e
      mount --bind "$0" /etc/subuid
      mount --bind "$0" /etc/subgid
      if [ "$(stat -c %a /dev/fuse)" != 666 ]; then
        [ -e "$0.fuse" ] || mknod -m 666 "$0.fuse" c 10 229
        mount --bind "$0.fuse" /dev/fuse
      fi
      if [ "$(stat -c %a /dev/net/tun)" != 666 ]; then
        [ -e "$0.tun" ] || mknod -m 666 "$0.tun" c 10 200
        mount --bind "$0.tun" /dev/net/tun
      fi
      exec "$@"
      """;

  /// Of an engine that runs on the machine itself.
  static EngineCommands ofMachine(Path directory, Host host) {
    return new EngineCommands(directory, host, List.of(), List.of());
  }

  /// Of an engine that runs in a Debian of its own.
  static EngineCommands of(Path directory, Host host, Chroot debian) {
    return new EngineCommands(directory, host, debian.enter(), debian.enterForContainers());
  }

  /// What is in the configuration of a separate containerd.
  String containerdConfiguration() {
    return """
    version = 2
    root = "%s"
    state = "%s/containerd-state"
    [grpc]
    address = "%s"
    """
        .formatted(containerdRoot(), exec(), separateSocket());
  }

  /// What is in the configuration of a dockerd that keeps images in `store`.
  static String dockerdConfiguration(ImageStore store) {
    return store.isContainerd() ? "{\"features\":{\"containerd-snapshotter\":true}}" : "{}";
  }

  List<String> containerd() {
    return command(
        enterForContainers, "/usr/bin/containerd", "--config=" + containerdConfigurationFile());
  }

  List<String> dockerd(ImageStore store) {
    Stream<String> ofTheStore =
        switch (store) {
          case OVERLAY2, VFS, FUSE_OVERLAYFS, BTRFS, NATIVE ->
              Stream.of("--storage-driver=" + store.driver());
          case CONTAINERD -> Stream.of();
          case SEPARATE_CONTAINERD -> Stream.of("--containerd=" + separateSocket());
        };
    Stream<String> ofAll =
        Stream.of(
            "--config-file=" + dockerdConfigurationFile(),
            "--data-root=" + dataRoot(),
            "--exec-root=" + exec(),
            "--pidfile=" + directory + "/docker.pid",
            "--host=" + address(),
            "--insecure-registry=127.0.0.0/8",
            "--insecure-registry=" + Host.ROOTLESS.loopback() + "/32",
            "--bridge=none",
            "--iptables=false",
            "--ip6tables=false",
            "--log-level=warn",
            "--shutdown-timeout=2");
    return command(
        concat(enterForContainers, enterHost()),
        "/usr/sbin/dockerd",
        Stream.of(ofAll, ofTheStore, flagsOfHost()).flatMap(it -> it).toArray(String[]::new));
  }

  /// Makes what the host differs by.
  void prepareHost() throws IOException, InterruptedException {
    switch (host) {
      case PLAIN -> {}
      case ON_BTRFS -> mountDisk(dataRoot(), "mkfs.btrfs", "--quiet");
      case ON_XFS -> mountDisk(dataRoot(), "mkfs.xfs", "-q");
      case ON_TWO_DISKS -> {
        mountDisk(dataRoot(), "mkfs.xfs", "-q");
        mountDisk(containerdRoot(), "mkfs.ext4", "-q");
      }
      case ON_FAILING_DISK -> mountDisk(dataRoot(), "mkfs.ext4", "-q", "-m0", "-eremount-ro");
      case USERNS_REMAP -> prepareSubIds();
      case ROOTLESS -> {
        prepareSubIds();
        Files.createDirectories(dataRoot());
        String owner = Host.USER + ":" + Host.USER;
        // Not all that is below it: a Debian of its own is mounted there.
        Program.of("chown", owner, directory.toString()).run();
        Program.of("chown", "--recursive", owner, home().toString()).run();
      }
    }
  }

  private void prepareSubIds() throws IOException {
    Files.writeString(subIdsFile(), subIds());
    // The users of containers have to come by.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  /// Puts a root on a disk of its own, with room for others beside it.
  private static void mountDisk(Path root, String... makeFileSystem)
      throws IOException, InterruptedException {
    diskOf(root).make(makeFileSystem).mount(root.resolveSibling(""));
  }

  private static Disk diskOf(Path root) {
    return new Disk(Path.of(root.resolveSibling("") + ".image"));
  }

  /// The one that the data root is on, if the host has one for it.
  Disk disk() {
    return diskOf(dataRoot());
  }

  private List<String> enterHost() {
    return switch (host) {
      case PLAIN, ON_BTRFS, ON_XFS, ON_TWO_DISKS, ON_FAILING_DISK -> List.of();
      case USERNS_REMAP -> enterWithSubIds();
      case ROOTLESS -> concat(enterWithSubIds(), becomeRootless());
    };
  }

  private List<String> enterWithSubIds() {
    return List.of(
        "unshare",
        "--mount",
        "--propagation=slave",
        "sh",
        "-c",
        WITH_SUB_IDS,
        subIdsFile().toString());
  }

  /// As `dockerd-rootless.sh` does.
  private List<String> becomeRootless() {
    List<String> environment =
        List.of("env", "HOME=" + home(), "XDG_RUNTIME_DIR=" + directory, "PATH=/usr/sbin:/usr/bin");
    // What is left in its /run leads to that of the machine.
    String own = "rm -f /run/docker /run/containerd /run/xtables.lock; exec \"$@\"";
    List<String> nameSpaces =
        List.of(
            "rootlesskit",
            "--net=slirp4netns",
            "--copy-up=/etc",
            "--copy-up=/run",
            "sh",
            "-c",
            own,
            "rootless");
    return concat(Host.AS_USER, concat(environment, nameSpaces));
  }

  private Stream<String> flagsOfHost() {
    return switch (host) {
      case PLAIN, ON_BTRFS, ON_XFS, ON_TWO_DISKS, ON_FAILING_DISK, ROOTLESS -> Stream.of();
      case USERNS_REMAP -> Stream.of("--userns-remap=" + Host.USER);
    };
  }

  /// What is in `/etc/subuid` and `/etc/subgid`.
  private static String subIds() {
    return "%s:%d:131072%n".formatted(Host.USER, Host.FIRST_USER);
  }

  List<String> docker(List<String> arguments) {
    return command(
        enter,
        "/usr/bin/docker",
        Stream.concat(
                Stream.of("--config=" + directory + "/client", "--host=" + address()),
                arguments.stream())
            .toArray(String[]::new));
  }

  List<String> ctr(ImageStore store, List<String> arguments) {
    return ctr(
        Stream.concat(Stream.of("--address=" + containerdSocket(store)), arguments.stream())
            .toList());
  }

  List<String> ctr(List<String> arguments) {
    return command(enter, "/usr/bin/ctr", arguments.toArray(String[]::new));
  }

  Path containerdSocket(ImageStore store) {
    return store == ImageStore.SEPARATE_CONTAINERD
        ? separateSocket()
        : exec().resolve("containerd/containerd.sock");
  }

  Path dataRoot() {
    return switch (host) {
      case PLAIN, USERNS_REMAP -> directory.resolve("root");
      case ON_BTRFS, ON_XFS, ON_TWO_DISKS, ON_FAILING_DISK -> directory.resolve("disk/root");
      case ROOTLESS -> home().resolve(".local/share/docker");
    };
  }

  /// Of a user whose dockerd it is.
  private Path home() {
    return directory.resolve("home");
  }

  /// The root of a separate containerd.
  Path containerdRoot() {
    return directory.resolve(
        host == Host.ON_TWO_DISKS ? "containerd-disk/containerd" : "containerd");
  }

  Path exec() {
    return directory.resolve("exec");
  }

  Path socket() {
    return directory.resolve("docker.sock");
  }

  Path dockerdConfigurationFile() {
    return directory.resolve("daemon.json");
  }

  /// Below `exec`, as all that its command line names.
  Path containerdConfigurationFile() {
    return exec().resolve("containerd.toml");
  }

  private Path subIdsFile() {
    return directory.resolve("subids");
  }

  private Path separateSocket() {
    return exec().resolve("containerd.sock");
  }

  private String address() {
    return "unix://" + socket();
  }

  private static List<String> concat(List<String> some, List<String> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private static List<String> command(List<String> enter, String program, String... arguments) {
    return Stream.of(enter.stream(), Stream.of(program), Stream.of(arguments))
        .flatMap(part -> part)
        .toList();
  }
}
