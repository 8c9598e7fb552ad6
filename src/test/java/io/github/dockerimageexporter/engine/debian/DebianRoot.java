package io.github.dockerimageexporter.engine.debian;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The root file system of a small Debian, made by debootstrap from where this machine's apt gets
/// its packages. It is made once, for all JVMs and all runs, and never written to after that: use
/// it below an overlay.
///
/// | below `$XDG_CACHE_HOME/docker-image-exporter/debian` | what                              |
/// |------------------------------------------------------|-----------------------------------|
/// | `<name>`                                             | the root file system              |
/// | `<name>.packages`                                    | what it was made with; made last  |
/// | `<name>.lock`                                        | held while it is being made       |
///
/// @param name of its directory: one for each list of packages
/// @param suite as Debian calls it: `trixie`
/// @param processor as Debian calls it, `arm64`, if it is not the machine's
/// @param packages what it has beside the essential ones
public record DebianRoot(
    String name, String suite, Optional<String> processor, List<String> packages) {
  private static final Path CACHE =
      Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
          .filter(home -> !home.isEmpty())
          .map(Path::of)
          .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
          .resolve("docker-image-exporter/debian");

  public DebianRoot {
    packages = List.copyOf(packages);
  }

  /// One for the machine's processor, the only one of its suite, or the one that most tests use.
  public DebianRoot(String suite, List<String> packages) {
    this(suite, Optional.empty(), packages);
  }

  /// The same for another processor.
  public DebianRoot(String suite, Optional<String> processor, List<String> packages) {
    this(processor.map(other -> suite + "-" + other).orElse(suite), suite, processor, packages);
  }

  /// Where it is. If it must be made first, that takes a minute or two, and twice as long for
  /// another processor.
  public Path directory() throws IOException, InterruptedException {
    Files.createDirectories(CACHE);
    try (var file =
            FileChannel.open(
                CACHE.resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var _ = file.lock()) {
      if (processor.isPresent()) {
        Emulation.turnOn();
      }
      if (!isComplete()) {
        make();
      }
    }
    return root();
  }

  private boolean isComplete() throws IOException {
    return Files.exists(made()) && Files.readAllLines(made()).equals(packages);
  }

  private void make() throws IOException, InterruptedException {
    Files.deleteIfExists(made());
    Program.of("rm", "--recursive", "--force", "--one-file-system", root().toString()).run();
    debootstrap();
    Files.write(made(), packages);
  }

  private void debootstrap() throws IOException, InterruptedException {
    var command =
        new ArrayList<String>(
            List.of("debootstrap", "--variant=minbase", "--include=" + String.join(",", packages)));
    processor.ifPresent(other -> command.add("--arch=" + other));
    command.addAll(List.of(suite, root().toString()));
    // Without a mirror, debootstrap takes Debian's own.
    mirrors().stream().limit(1).forEach(command::add);
    new Program(Map.of(), command).run();
  }

  private static List<String> mirrors() throws IOException, InterruptedException {
    return Program.of(
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI)",
            "Created-By: Packages",
            "Origin: Debian",
            "Label: Debian")
        .run()
        .lines()
        .toList();
  }

  private Path root() {
    return CACHE.resolve(name);
  }

  private Path made() {
    return CACHE.resolve(name + ".packages");
  }
}
