package io.github.dockerimageexporter.release;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The root of a small Debian with systemd, made by debootstrap from where this machine's apt gets
/// its packages. It is made once, for all JVMs, and never written to after that: use it below an
/// overlay.
final class DebianRoot {
  private static final String SUITE = "bookworm";
  private static final Path DIRECTORY = ReleaseFiles.TARGET.resolve("debian-root");

  private DebianRoot() {}

  static Path directory() throws IOException, InterruptedException {
    Path lock = ReleaseFiles.TARGET.resolve("debian-root.lock");
    try (var file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = file.lock()) {
      makeIfAbsent();
    }
    return DIRECTORY;
  }

  private static void makeIfAbsent() throws IOException, InterruptedException {
    if (!Files.exists(DIRECTORY)) {
      Path unfinished = ReleaseFiles.TARGET.resolve("debian-root.unfinished");
      Program.of("rm", "--recursive", "--force", "--one-file-system", unfinished.toString()).run();
      make(unfinished);
      Files.move(unfinished, DIRECTORY);
    }
  }

  private static void make(Path root) throws IOException, InterruptedException {
    var command =
        new ArrayList<String>(
            List.of(
                "debootstrap",
                "--variant=minbase",
                "--include=systemd,dbus",
                SUITE,
                root.toString()));
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
            "Label: Debian",
            "Codename: " + SUITE)
        .run()
        .lines()
        .toList();
  }
}
