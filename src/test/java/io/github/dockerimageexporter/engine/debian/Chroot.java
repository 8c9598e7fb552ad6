package io.github.dockerimageexporter.engine.debian;

import io.github.dockerimageexporter.engine.machine.Mounts;
import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A [DebianRoot] that a test's programs run in, and may write to.
///
/// | in it                   | is                                                               |
/// |-------------------------|------------------------------------------------------------------|
/// | `/`                     | an overlay of the cached root                                    |
/// | `/proc`, `/sys`, `/dev` | the machine's, control groups included, but no mounts in memory  |
/// | the test's directory    | itself, at the same path; what is mounted in it is seen outside  |
///
/// All of its mounts lie below the test's directory: [Mounts#unmountBelow] ends it.
public record Chroot(Path root) {
  /// Makes the directory `$0` the root of its mount namespace, and runs the arguments.
  private static final String PIVOT =
      """
      set -e
      cd "$0"
      mkdir -p outside
      pivot_root . outside
      mount --make-rslave /outside
      umount --lazy /outside
      exec "$@"
      """;

  /// Makes one, whose own files are below `directory` as well.
  public static Chroot make(DebianRoot debian, Path directory)
      throws IOException, InterruptedException {
    var made = new Chroot(Files.createDirectories(directory.resolve("debian/root")));
    try {
      made.mount(debian, directory);
    } catch (IOException failure) {
      Mounts.unmountBelow(directory);
      throw failure;
    }
    return made;
  }

  /// What stands before a command that is to run in it.
  public List<String> enter() {
    return List.of("chroot", root.toString());
  }

  /// The same for a command that makes containers. What joins one of them, as `docker exec` does,
  /// takes the root of the mount namespace for the container's root: here they are one.
  public List<String> enterForContainers() {
    return List.of(
        "unshare", "--mount", "--propagation=unchanged", "sh", "-c", PIVOT, root.toString());
  }

  private void mount(DebianRoot debian, Path directory) throws IOException, InterruptedException {
    mountOnItself(directory, "--make-shared");
    // What is to be a root for pivot_root must not lie in a shared mount.
    mountOnItself(root, "--make-private");
    mountOverlay(debian.directory());
    for (String ofTheMachine : List.of("/proc", "/sys", "/dev")) {
      mount("--rbind", "--make-rslave", ofTheMachine, root + ofTheMachine);
    }
    leaveOthersMounts(root.resolve("dev/shm"));
    Path inside = Files.createDirectories(root.resolve(directory.getRoot().relativize(directory)));
    mount("--bind", directory.toString(), inside.toString());
  }

  /// Takes away the copies of what other tests have mounted in memory: nobody could remove a
  /// directory there for as long as there is one.
  private static void leaveOthersMounts(Path memory) throws IOException, InterruptedException {
    for (Path copy : Mounts.below(memory)) {
      if (!copy.equals(memory)) {
        // One that ends meanwhile may take its copy with it.
        Program.of("umount", "--lazy", copy.toString()).outcome();
      }
    }
  }

  private static void mountOnItself(Path directory, String propagation)
      throws IOException, InterruptedException {
    mount("--bind", "--make-private", directory.toString(), directory.toString());
    mount(propagation, directory.toString());
  }

  private void mountOverlay(Path lower) throws IOException, InterruptedException {
    Path upper = Files.createDirectory(root.resolveSibling("upper"));
    Path work = Files.createDirectory(root.resolveSibling("work"));
    String layers = "lowerdir=%s,upperdir=%s,workdir=%s".formatted(lower, upper, work);
    mount("--make-private", "-t", "overlay", "-o", layers, "overlay", root.toString());
  }

  private static void mount(String... arguments) throws IOException, InterruptedException {
    var command = Stream.concat(Stream.of("mount"), Stream.of(arguments)).toArray(String[]::new);
    Program.of(command).run();
  }
}
