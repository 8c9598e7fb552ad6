package io.github.dockerimageexporter.engine.debian;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Programs for arm64 on another processor: the kernel hands them to qemu.
///
/// As Debian's package does it where systemd runs, for the whole machine and until it is restarted.
/// The kernel keeps qemu open, so that it need not be in a root file system.
final class Emulation {
  private static final Path KERNEL = Path.of("/proc/sys/fs/binfmt_misc");
  private static final Path FORMAT = Path.of("/usr/lib/binfmt.d/qemu-aarch64.conf");

  private Emulation() {}

  /// For one JVM at a time: a second one would find it half done.
  static void turnOn() throws IOException, InterruptedException {
    if (Files.notExists(KERNEL.resolve("register"))) {
      Program.of("mount", "-t", "binfmt_misc", "binfmt_misc", KERNEL.toString()).run();
    }
    if (Files.notExists(KERNEL.resolve("qemu-aarch64"))) {
      Files.write(KERNEL.resolve("register"), Files.readAllBytes(FORMAT), StandardOpenOption.WRITE);
    }
  }
}
